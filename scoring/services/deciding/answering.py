"""A decision as the payment company reads it, straight from the judgement that was written."""

from datetime import datetime
from typing import Any

from scoring.selectors.answers import told_reasons
from scoring.services.deciding.judging import Judged, Judgement


def fresh_answers(judged: Judged, *, now: datetime) -> dict[int, dict[str, Any]]:
    """Return the answer for each transaction of a batch that was decided `now`, by its id.

    The same that `selectors.answers.decision_answer` reads back from the rows.
    """
    return {
        judgement.subject.transaction_id: _answer(judged, judgement, now)
        for judgement in judged.judgements
    }


def _answer(judged: Judged, judgement: Judgement, now: datetime) -> dict[str, Any]:
    version = judged.model_version
    return {
        "external_id": judgement.subject.external_id,
        "outcome": str(judgement.outcome),
        "final_outcome": str(judgement.outcome),
        "disposition": None,
        "probability": judgement.probability,
        "reason_codes": told_reasons(judgement.reason_codes or []),
        "model_version": version.number if version else None,
        "policy_version": judged.policy.number,
        "degraded": judged.degraded,
        "hold_until": judgement.hold_until,
        "decided_at": now,
    }
