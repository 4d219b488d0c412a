"""What one person calls fraud stands beside what that would be without their errors."""

from datetime import UTC, datetime, timedelta

import pytest

from labeling.models import PracticeAnswer
from monitoring.services.reports import run_report
from tests.histories import add_payments
from tests.monitoring.decided import Answers, add_decided, answer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def judged() -> list[int]:
    """Of 100 reviews people called 30 fraud."""
    return add_decided("review", 100, at=NOON - 2 * DAY, answers=Answers(30, 70))


def measures() -> dict:
    return run_report(kind="performance", now=NOON).body["operations"]["measures"]


def practise(reviewer, *, truth: str, right: int, of: int, at: datetime = NOON - DAY) -> None:
    other = {"fraud": "legitimate", "legitimate": "fraud"}[truth]
    ids = add_payments(
        {"external_id": f"{truth}-{number}", "occurred_at": NOON - 50 * DAY, "base_amount": 10}
        for number in range(of)
    )
    PracticeAnswer.objects.bulk_create(
        PracticeAnswer(
            reviewer=reviewer,
            transaction_id=number,
            value=truth if place < right else other,
            truth=truth,
            truth_source="chargeback",
            given_at=at,
        )
        for place, number in enumerate(ids)
    )


def test_it_is_told_with_what_the_checks_say_of_reviewers(judged, alice) -> None:
    practise(alice, truth="fraud", right=36, of=40)
    practise(alice, truth="legitimate", right=57, of=60)
    found = measures()
    assert found["opinion_precision"]["estimate"] == pytest.approx(0.3)
    sensitivity, specificity = 36.5 / 41, 57.5 / 61
    corrected = found["corrected_precision"]
    expected = (0.3 + specificity - 1) / (sensitivity + specificity - 1)
    assert corrected["estimate"] == pytest.approx(expected)
    assert corrected["low"] < expected < corrected["high"]
    as_called = found["opinion_precision"]["high"] - found["opinion_precision"]["low"]
    assert corrected["high"] - corrected["low"] > as_called


def test_confirmed_labels_are_no_part_of_it(judged, alice) -> None:
    answer(judged, Answers(fraud=20), at=NOON - DAY, propensity=None, source="chargeback")
    assert measures()["opinion_precision"]["estimate"] == pytest.approx(10 / 80)


def test_without_checks_of_reviewers_nothing_is_corrected(judged, alice) -> None:
    practise(alice, truth="fraud", right=36, of=40, at=NOON - 100 * DAY)
    corrected = measures()["corrected_precision"]
    assert corrected["estimate"] is None
    assert "checked on 0 frauds and 0 honest payments" in corrected["refused"]


def test_published_precision_is_left_as_it_is(judged, alice) -> None:
    before = run_report(kind="performance", now=NOON).body["rates"]
    practise(alice, truth="fraud", right=36, of=40)
    practise(alice, truth="legitimate", right=57, of=60)
    assert run_report(kind="performance", now=NOON).body["rates"] == before
