"""Decided payments as rows, for tests that begin where deciding ends."""

from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import count
from typing import Any

from django.db import connection

from scoring.models import (
    CaseRequest,
    Decision,
    DecisionPolicy,
    Explanation,
    FeatureSetVersion,
    ModelVersion,
    Score,
    ScoringBatch,
    Transaction,
)
from scoring.selectors.feature_sets import SHIPPED, feature_set_named

_numbers = count(1)
REASONS = [
    {
        "code": "customer_amount",
        "sentence": "The amount is 31 × this customer’s 30-day mean",
        "contribution": 1.96,
        "feature": "customer_amount_ratio_30d",
        "value": 31.0,
    },
    {
        "code": "tenure",
        "sentence": "Customer for 2 years",
        "contribution": -0.92,
        "feature": "customer_tenure_days",
        "value": 730.0,
    },
]
MARGIN, BASE_VALUE = 0.89, -4.6


def pay(*, now: datetime, **fields: Any) -> Transaction:
    """Add a payment; unnamed fields are those of an ordinary one."""
    number = next(_numbers)
    amount = Decimal(str(fields.pop("amount", "120.00")))
    values = {
        "external_id": f"txn-{number}",
        "content_hash": sha256(str(number).encode()).digest(),
        "occurred_at": now - timedelta(seconds=30),
        "received_at": now - timedelta(seconds=29),
        "amount": amount,
        "currency": "EUR",
        "base_amount": amount,
        "customer_id": f"customer-{number}",
        "merchant_id": "merchant-1",
        "channel": "web",
        "country": "DE",
        "billing_country": "DE",
    }
    return Transaction.objects.create(**{**values, **fields})


def policy_with_model(*, now: datetime, **hidden: float) -> DecisionPolicy:
    """A policy with thresholds 0.30 and 0.90, bound to a registered model version.

    The shares that it hides by lot are those of the first call.
    """
    known = DecisionPolicy.objects.filter(number=7).first()
    if known:
        return known
    feature_set = FeatureSetVersion.objects.create(
        hash="0" * 64,
        name="default",
        definition=(SHIPPED / "default.toml").read_text(),
        created_at=now,
    )
    model = ModelVersion.objects.create(
        number=13,
        feature_set=feature_set,
        stage="production",
        artefact="v13",
        digest="0" * 64,
        signature="0" * 64,
        trained_from=now - timedelta(days=60),
        trained_until=now - timedelta(days=10),
        metrics={},
        created_at=now,
    )
    first = DecisionPolicy.objects.earliest("number")
    return DecisionPolicy.objects.create(
        number=7,
        model_version=model,
        review_threshold=0.3,
        block_threshold=0.9,
        rule="Test",
        costs=first.costs,
        audit_rates=first.audit_rates,
        review_capacity=200,
        review_minutes=60,
        timeout_action="release",
        fallback_outcome="review",
        over_capacity_outcome="approve",
        created_at=now,
        **hidden,
    )


def decide(
    payment: Transaction,
    outcome: str = "review",
    *,
    now: datetime,
    probability: float = 0.71,
    audited: bool = False,
    minutes: int = 60,
) -> CaseRequest | None:
    """Decide a payment; the request for a person where one is needed."""
    policy = policy_with_model(now=now)
    batch = _batch(policy, now)
    held = outcome == "review"
    Score.objects.create(
        transaction=payment,
        model_version=policy.model_version,
        margin=MARGIN,
        probability=probability,
        batch=batch,
    )
    Decision.objects.create(
        transaction=payment,
        outcome=outcome,
        reason="score",
        probability=probability,
        model_version=policy.model_version,
        policy=policy,
        batch=batch,
        stratum=f"{outcome}:s6:a1",
        audited=audited,
        audit_draw=0.001 if audited else 0.999,
        audit_propensity=0.02 if outcome == "approve" else 0.0 if held else 0.1,
        review_propensity=1.0 if held else None,
        hold_until=now + timedelta(minutes=minutes) if held else None,
        decided_at=now,
    )
    return _ask(payment, policy, held, audited, now)


def _batch(policy: DecisionPolicy, now: datetime) -> ScoringBatch:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        snapshot = cursor.fetchone()[0]
    return ScoringBatch.objects.create(
        decided_at=now, snapshot=snapshot, size=1, policy=policy, worker="test", digest=b"0" * 32
    )


def _ask(
    payment: Transaction, policy: DecisionPolicy, held: bool, audited: bool, now: datetime
) -> CaseRequest | None:
    if not held and not audited:
        return None
    contributions = [0.0] * len(feature_set_named("default").features)
    contributions[14], contributions[3] = 1.96, -0.92
    contributions[0] = MARGIN - BASE_VALUE - 1.96 + 0.92
    Explanation.objects.create(
        transaction=payment,
        model_version=policy.model_version,
        base_value=BASE_VALUE,
        contributions=contributions,
        reason_codes=REASONS,
    )
    return CaseRequest.objects.create(
        transaction=payment, kind="review" if held else "audit", requested_at=now
    )


def hold(*, now: datetime, probability: float = 0.71, minutes: int = 60, **fields: Any) -> Any:
    """A payment that waits for a person."""
    payment = pay(now=now, **fields)
    decide(payment, "review", now=now, probability=probability, minutes=minutes)
    return payment


def draw_for_audit(outcome: str, *, now: datetime, **fields: Any) -> Transaction:
    """A payment that was approved or blocked, and drawn for a blind look."""
    payment = pay(now=now, **fields)
    probability = 0.02 if outcome == "approve" else 0.97
    decide(payment, outcome, now=now, probability=probability, audited=True)
    return payment
