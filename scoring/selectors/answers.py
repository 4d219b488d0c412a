"""A decision as the payment company reads it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import OuterRef, Subquery

from scoring.domain.errors import NotFound
from scoring.models import Decision, Disposition, QueuedTransaction
from scoring.selectors.decisions import FINAL

# What the payment company needs of a reason; the input behind it is ours.
REASON_KEYS = ("code", "sentence", "contribution")


def decision_answer(transaction_id: int) -> dict[str, Any] | None:
    """Return the decision with what finally became of the payment, or None before it.

    One query. Probability and contributions are plain floats, times aware.
    """
    newest = Disposition.objects.filter(transaction_id=OuterRef("pk")).order_by("-pk")
    decision = (
        Decision.objects.select_related("transaction__explanation", "model_version", "policy")
        .annotate(disposition=Subquery(newest.values("action")[:1]))
        .filter(pk=transaction_id)
        .first()
    )
    return None if decision is None else answer_of(decision, decision.disposition)


def told_reasons(reason_codes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return of each stored reason what the payment company is told."""
    return [{key: reason[key] for key in REASON_KEYS} for reason in reason_codes]


def awaited_answer(transaction_id: int) -> dict[str, Any] | None:
    """Return the decision, None while it is awaited; NotFound (`not_decided`) for history."""
    answer = decision_answer(transaction_id)
    if answer is None and QueuedTransaction.objects.filter(pk=transaction_id).exists():
        return None
    # The decision may have come between the two questions.
    answer = answer or decision_answer(transaction_id)
    if answer is None:
        message = "This transaction was imported as history, so it has no decision."
        raise NotFound("not_decided", message)
    return answer


def answer_of(decision: Decision, disposition: str | None) -> dict[str, Any]:
    """Return the answer as it stands with this disposition (None: with none yet).

    No query where the decision was read with its payment, explanation, version and policy.
    """
    version = decision.model_version
    return {
        "external_id": decision.transaction.external_id,
        "outcome": decision.outcome,
        "final_outcome": _final(decision, disposition),
        "disposition": disposition,
        "probability": decision.probability,
        "reason_codes": _reasons(decision),
        "model_version": version.number if version else None,
        "policy_version": decision.policy.number,
        "degraded": decision.degraded,
        "hold_until": decision.hold_until,
        "decided_at": decision.decided_at,
    }


def _final(decision: Decision, disposition: str | None) -> str:
    return FINAL[Disposition.Action(disposition)] if disposition else decision.outcome


def _reasons(decision: Decision) -> list[dict[str, Any]]:
    explanation = getattr(decision.transaction, "explanation", None)
    return told_reasons(explanation.reason_codes if explanation else [])
