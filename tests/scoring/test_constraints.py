"""What must never be false is said in SQL, with a name."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from scoring.domain.policy import AuditRates, Costs
from scoring.models import Decision, DecisionPolicy, ModelVersion

pytestmark = pytest.mark.django_db


@contextmanager
def violates(constraint: str) -> Any:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert constraint in str(caught.value)


def copy_of_decision(**changes: Any) -> Decision:
    decision = Decision.objects.get()
    for name, value in changes.items():
        setattr(decision, name, value)
    decision._state.adding = True
    return decision


@pytest.fixture
def decided(production_model: Any, send: Any, decide_now: Callable[[], int]) -> Any:
    payment = send()
    decide_now()
    return payment


def test_a_payment_has_one_decision(decided: Any) -> None:
    with violates("scoring_decision_pkey"):
        copy_of_decision().save(force_insert=True)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"outcome": "maybe"}, "decision_outcome_known"),
        ({"probability": 1.2}, "decision_probability_in_unit"),
        ({"audit_draw": 1.0}, "audit_draw_in_unit"),
        ({"audit_propensity": -0.1}, "audit_draw_in_unit"),
        ({"review_propensity": 0.0}, "review_propensity_in_unit"),
        ({"outcome": "review"}, "only_reviews_are_held"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    decided: Any, send: Any, changes: dict[str, Any], constraint: str
) -> None:
    other = send("other")
    with violates(constraint):
        copy_of_decision(transaction_id=other.pk, **changes).save(force_insert=True)


def test_there_is_one_production_version(production_model: Any, now: datetime) -> None:
    production_model.pk, production_model.number = None, 99
    production_model._state.adding = True
    with violates("one_production_version"):
        production_model.save()


@pytest.mark.parametrize(
    ("review", "block", "constraint"),
    [
        (0.9, 0.3, "thresholds_do_not_cross"),
        (-0.1, 0.3, "thresholds_in_unit"),
        (None, 1.5, "thresholds_in_unit"),
    ],
)
def test_thresholds_that_make_no_sense_are_refused(
    now: datetime, review: float | None, block: float | None, constraint: str
) -> None:
    with violates(constraint):
        DecisionPolicy.objects.create(
            number=50,
            review_threshold=review,
            block_threshold=block,
            rule="No rule.",
            costs=Costs().to_row(),
            audit_rates=asdict(AuditRates()),
            review_capacity=1,
            review_minutes=1,
            timeout_action="release",
            fallback_outcome="review",
            over_capacity_outcome="approve",
            created_at=now,
        )


def test_a_stage_that_does_not_exist_is_refused(production_model: Any) -> None:
    with violates("stage_known"):
        ModelVersion.objects.update(stage="retired")


def test_a_score_is_a_probability(decided: Any) -> None:
    with violates("probability_in_unit"), connection.cursor() as cursor:
        cursor.execute("UPDATE scoring_score SET probability = 1.01")
