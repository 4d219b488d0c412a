"""Decided payments and the answers of those who were asked, put straight into the tables."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection

from labeling.domain.resolution import Claim
from labeling.services.labels import record_labels
from scoring.models import Decision, DecisionPolicy, ModelVersion, ScoringBatch
from scoring.services.copying import copy_rows
from tests.histories import add_payments

_numbers = count(1)
DECISION = (
    "transaction_id",
    "outcome",
    "reason",
    "probability",
    "model_version_id",
    "policy_id",
    "batch_id",
    "stratum",
    "audited",
    "audit_draw",
    "audit_propensity",
    "review_propensity",
    "degraded",
    "hold_until",
    "decided_at",
)
PROBABILITIES = {"approve": 0.02, "review": 0.5, "block": 0.95}


@dataclass(frozen=True)
class Answers:
    """How many of a group were drawn, and what the judges said of them."""

    fraud: int = 0
    legitimate: int = 0
    cannot_tell: int = 0

    @property
    def values(self) -> list[str]:
        return (
            ["fraud"] * self.fraud
            + ["legitimate"] * self.legitimate
            + ["unknown"] * self.cannot_tell
        )


def add_decided(
    outcome: str,
    payments: int,
    *,
    at: datetime,
    answers: Answers = Answers(),
    propensity: float | None = None,
    answered_after: timedelta = timedelta(minutes=5),
    band: str = "s1:a1",
    version: ModelVersion | None = None,
    **fields: Any,
) -> list[int]:
    """Add payments with this decision; the first ones were drawn and got the `answers`.

    The propensity is 1 for reviews, 0.1 for others unless given. Fields are the payment's.
    """
    prefix = f"decided-{next(_numbers)}"
    defaults = {"base_amount": "50.00", "occurred_at": at, "imported": False}
    ids = add_payments(
        {**defaults, "external_id": f"{prefix}-{number}", **fields} for number in range(payments)
    )
    share = propensity or (1.0 if outcome == "review" else 0.1)
    drawn = len(answers.values)
    batch = _batch(at, payments)
    copy_rows(
        Decision,
        DECISION,
        (
            _decision(number, place < drawn, outcome, share, band, at, batch, version)
            for place, number in enumerate(ids)
        ),
    )
    answer(ids, answers, propensity=share, at=at + answered_after)
    return ids


def answer(
    ids: list[int],
    answers: Answers,
    *,
    at: datetime,
    propensity: float | None,
    source: str = "verdict",
) -> None:
    """Say of the first of these payments what the answers hold."""
    claims = [
        Claim(number, value, source, at, propensity=propensity)
        for number, value in zip(ids, answers.values, strict=False)
    ]
    if claims:
        record_labels(claims=claims, now=at)


def _decision(
    number: int,
    drawn: bool,
    outcome: str,
    share: float,
    band: str,
    at: datetime,
    batch: ScoringBatch,
    version: ModelVersion | None,
) -> tuple[Any, ...]:
    held = outcome == "review"
    return (
        number,
        outcome,
        "score",
        PROBABILITIES[outcome],
        version.pk if version else None,
        batch.policy_id,
        batch.pk,
        f"{outcome}:{band}",
        drawn and not held,
        0.5,
        0.0 if held else share,
        1.0 if held else None,
        False,
        at + timedelta(hours=1) if held else None,
        at,
    )


def _batch(at: datetime, size: int) -> ScoringBatch:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        snapshot = cursor.fetchone()[0]
    return ScoringBatch.objects.create(
        decided_at=at,
        snapshot=snapshot,
        size=size,
        policy=DecisionPolicy.objects.earliest("number"),
        worker="test",
        digest=b"0" * 32,
    )
