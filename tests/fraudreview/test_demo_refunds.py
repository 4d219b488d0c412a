"""Some reported frauds of the demo are paid back, so that net fraud is less than gross."""

from datetime import UTC, datetime, timedelta

import pytest

from fraudreview.demo.refunds import refund_reported
from monitoring.services.reports import run_report
from scoring.models import TransactionEvent
from tests.monitoring.decided import Answers, add_decided, answer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def reported():
    """Forty of 200 approved payments were reported three days ago."""
    ids = add_decided("approve", 200, at=NOON - 5 * DAY)
    reports = Answers(fraud=40)
    answer(ids, reports, at=NOON - 3 * DAY, propensity=None, source="fraud_report")
    return ids


def test_some_come_back_and_net_is_less_than_gross(reported) -> None:
    refunded = refund_reported(until=NOON)
    assert 0 < refunded < 40
    measures = run_report(kind="performance", now=NOON).body["operations"]["measures"]
    assert measures["gross_fraud"]["estimate"] == 40 * 50
    assert measures["net_fraud"]["estimate"] == (40 - refunded) * 50


def test_the_same_ones_come_back_and_only_once(reported) -> None:
    assert refund_reported(until=NOON) == refund_reported(until=NOON)
    assert TransactionEvent.objects.count() == refund_reported(until=NOON)


def test_nothing_is_paid_back_before_it_was_reported(reported) -> None:
    assert refund_reported(until=NOON - 3 * DAY) == 0
