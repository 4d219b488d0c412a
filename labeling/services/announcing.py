"""Telling programs that cases are closed, and what became of appeals."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from labeling.models import ReviewCase, ReviewItem, Verdict
from labeling.selectors.appeals import announced_appeal, decided_appeals
from scoring.domain.webhooks.bodies import APPEAL_DECIDED, CASE_CLOSED
from scoring.selectors.webhooks.endpoints import heard_types
from scoring.services.webhooks import announce


def announce_closed_cases(case_ids: Sequence[int], *, now: datetime) -> None:
    """Announce that these cases are closed, and of the appeals among them what was decided.

    Belongs into the database transaction that closes them.
    """
    heard = heard_types(CASE_CLOSED, APPEAL_DECIDED) if case_ids else frozenset()
    if CASE_CLOSED in heard:
        _announce_cases(case_ids, now)
    if APPEAL_DECIDED in heard:
        _announce_appeals(case_ids, now)


def _announce_cases(case_ids: Sequence[int], now: datetime) -> None:
    """With what each of their payments came to.

    Checks of our own verdicts concern nobody outside: what one of them overturns is told as the
    payment's final decision.
    """
    payments = _payments(case_ids)
    cases = ReviewCase.objects.filter(pk__in=case_ids).exclude(kind=ReviewCase.Kind.CHECK)
    for case in cases.order_by("pk"):
        data = {
            "case": case.pk,
            "kind": case.kind,
            "opened_at": case.opened_at,
            "closed_at": case.closed_at,
            "payments": payments[case.pk],
        }
        announce(type=CASE_CLOSED, subject=f"case {case.pk}", data=data, now=now)


def _announce_appeals(case_ids: Sequence[int], now: datetime) -> None:
    for shown in decided_appeals(case_ids):
        payment = shown.appeal.transaction_id
        announce(
            type=APPEAL_DECIDED,
            subject=f"payment {payment}",
            transaction_id=payment,
            data=announced_appeal(shown),
            now=now,
        )


def _payments(case_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What each payment came to, by case: how its item ended, and the verdict that stands."""
    newest = Verdict.objects.filter(item_id=OuterRef("pk")).order_by("-pk")
    rows = (
        ReviewItem.objects.filter(case_id__in=case_ids)
        .annotate(verdict=Subquery(newest.values("value")[:1]))
        .order_by("pk")
        .values_list("case_id", "transaction__external_id", "resolution", "verdict")
    )
    payments: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for case_id, external_id, resolution, verdict in rows:
        payments[case_id].append(
            {"external_id": external_id, "resolution": resolution, "verdict": verdict}
        )
    return payments
