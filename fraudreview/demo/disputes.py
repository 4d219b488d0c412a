"""What follows a complaint: disputes that are won or withdrawn, second thoughts, corrections."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from django.contrib.auth.models import User

from fraudreview.demo.coins import demo_coin
from labeling.domain.resolution import Claim
from labeling.models import Label
from labeling.services.labels import record_labels

FRIENDLY = "friendly_fraud"
SHARE_CORRECTED = 0.1


@dataclass(frozen=True)
class FollowUp:
    """What is said of a share of the chargebacks, so many days after them."""

    name: str
    share: float
    days: float
    value: str
    source: str
    more: dict[str, str] = field(default_factory=dict)
    friendly_only: bool = True


FOLLOW_UPS = (
    FollowUp(
        "won",
        share=0.3,
        days=9,
        value="legitimate",
        source="dispute_reversal",
        more={"dispute_stage": "representment_won"},
        friendly_only=False,
    ),
    FollowUp(
        "withdrawn",
        share=0.15,
        days=6,
        value="legitimate",
        source="dispute_reversal",
        more={"dispute_stage": "withdrawn"},
    ),
    FollowUp(
        "admits",
        share=0.25,
        days=4,
        value="legitimate",
        source="customer_confirmation",
        more={"verification": "customer_contacted"},
    ),
    FollowUp(
        "proven",
        share=0.2,
        days=8,
        value="fraud",
        source="manual",
        more={"verification": "documents", "fraud_type": FRIENDLY},
    ),
)


def follow_disputes(history: pl.DataFrame, *, reviewer: User, until: datetime) -> int:
    """Record what follows the complaints of `history` up to that moment; return how much.

    `reviewer` enters what is entered by hand.
    """
    patterns = dict(history.select("external_id", "fraud_pattern").iter_rows())
    complaints = Label.objects.filter(source__in=("chargeback", "fraud_report"))
    complaints = complaints.select_related("transaction").order_by("pk")
    claims = [
        claim
        for label in complaints
        for claim in _following(label, patterns.get(label.transaction.external_id), reviewer)
        if claim.known_at <= until
    ]
    return record_labels(claims=claims, now=until)


def _following(label: Label, pattern: str | None, reviewer: User) -> Iterator[Claim]:
    name = label.transaction.external_id
    if label.source == "fraud_report":
        if pattern and not label.fraud_type and demo_coin(name, "corrected") < SHARE_CORRECTED:
            # Whoever took the call had not asked how it happened.
            more = {"fraud_type": pattern, "supersedes_id": label.pk}
            yield _claim(label, label.value, label.source, days=1, **more)
        return
    for each in FOLLOW_UPS:
        fits = pattern == FRIENDLY or not each.friendly_only
        if fits and demo_coin(name, each.name) < each.share:
            by = {"reviewer_id": reviewer.pk} if each.source == "manual" else {}
            yield _claim(label, each.value, each.source, days=each.days, **each.more, **by)


def _claim(label: Label, value: str, source: str, *, days: float, **more: Any) -> Claim:
    known_at = label.known_at + timedelta(days=days)
    return Claim(label.transaction_id, value, source, known_at, occurred_at=known_at, **more)
