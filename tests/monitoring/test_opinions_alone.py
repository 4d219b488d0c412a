"""A label rests on an opinion alone where nobody else speaks for what one person said."""

from datetime import UTC, datetime, timedelta

import pytest

from labeling.domain.resolution import Claim
from labeling.services.labels import record_labels
from monitoring.selectors.samples import window_sample
from monitoring.services.rollups import roll_up
from tests.monitoring.decided import Answers, add_decided

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def payment() -> int:
    """A review that one person has judged."""
    return add_decided("review", 1, at=NOON, answers=Answers(fraud=1))[0]


def alone() -> int:
    roll_up(now=LATER)
    sample = window_sample(start=NOON, end=LATER + timedelta(hours=1), as_of=LATER)
    assert sample.labels == 1
    return int(sample.verdict_alone.sum())


def say(payment: int, value: str, source: str, **fields: str) -> None:
    record_labels(claims=[Claim(payment, value, source, LATER, **fields)], now=LATER)


def test_what_one_person_said_is_an_opinion_alone(payment) -> None:
    assert alone() == 1


def test_what_a_second_person_said_too_is_not(payment) -> None:
    say(payment, "fraud", "second_review")
    assert alone() == 0


def test_what_the_customer_told_the_reviewer_is_not(payment) -> None:
    say(payment, "fraud", "verdict", verification="customer_contacted")
    assert alone() == 0


def test_what_was_charged_back_is_not(payment) -> None:
    say(payment, "fraud", "chargeback")
    assert alone() == 0
