"""The report counts money and work of its window from the rows."""

from datetime import UTC, datetime, timedelta

import pytest

from labeling.domain.resolution import Claim
from labeling.services.labels import record_labels
from monitoring.services.reports import run_report
from scoring.models import Disposition, TransactionEvent
from tests.labeling.test_my_weeks import LEGITIMATE, judge
from tests.monitoring.decided import add_decided

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MADE_AT = NOON - 10 * DAY


@pytest.fixture
def payments() -> list[int]:
    """100 approved payments of 50 euros, ten days ago."""
    return add_decided("approve", 100, at=MADE_AT)


def complain(number: int, *, value="fraud", source="chargeback", at=NOON - DAY, **said) -> None:
    record_labels(claims=[Claim(number, value, source, at, **said)], now=at)


def dispose(number: int, action: str, cause: str = "verdict", at=NOON - 9 * DAY) -> None:
    Disposition.objects.create(transaction_id=number, action=action, cause=cause, disposed_at=at)


def operations() -> dict:
    return run_report(kind="performance", now=NOON).body["operations"]


def basis_points() -> tuple[float, float]:
    measures = operations()["measures"]
    gross, net = measures["gross_fraud_rate"], measures["net_fraud_rate"]
    return round(gross["estimate"] * 10_000, 6), round(net["estimate"] * 10_000, 6)


def test_chargebacks_and_reports_of_payments_let_through_are_gross_fraud(payments) -> None:
    complain(payments[0])
    complain(payments[0], source="fraud_report")
    complain(payments[1], source="fraud_report")
    assert basis_points() == (200.0, 200.0)  # 100 of 5,000 euros


@pytest.mark.parametrize(
    "said",
    [
        {"reason": "13.1"},  # goods not received: a dispute, no fraud
        {"source": "verdict"},  # nobody but a reviewer says so
        {"at": NOON + DAY},  # not known yet
    ],
)
def test_what_is_no_known_fraud_does_not_count(payments, said) -> None:
    complain(payments[0], **said)
    assert basis_points() == (0.0, 0.0)


@pytest.mark.parametrize("how", ["event", "disposition", "reversal", "won", "withdrawn"])
def test_what_comes_back_moves_net_and_not_gross(payments, how) -> None:
    complain(payments[0])
    complain(payments[1])
    if how == "event":
        event = {"type": "refunded", "occurred_at": NOON - DAY, "received_at": NOON - DAY}
        TransactionEvent.objects.create(transaction_id=payments[0], **event)
    elif how == "disposition":
        dispose(payments[0], "refund")
    elif how == "reversal":
        complain(payments[0], value="legitimate", source="dispute_reversal")
    else:
        stage = {"won": "representment_won"}.get(how, how)
        complain(payments[0], dispute_stage=stage)
    assert basis_points() == (200.0, 100.0)


def test_fraud_on_what_was_declined_in_the_end_costs_nothing(payments) -> None:
    blocked = add_decided("block", 10, at=MADE_AT)
    complain(blocked[0], source="fraud_report")
    complain(payments[0])
    dispose(payments[0], "void")
    assert basis_points() == (0.0, 0.0)


def test_a_release_lets_its_payment_through(payments) -> None:
    held = add_decided("review", 20, at=MADE_AT)
    for number in held[:5]:
        dispose(number, "release", "timeout")
    for number in held[5:10]:
        dispose(number, "decline")
    dispose(payments[0], "void", "override")
    complain(held[0])
    body = operations()
    assert body["let_through"] == {"payments": 104, "amount": "5200.00"}
    assert body["measures"]["approval_rate"]["estimate"] == pytest.approx(104 / 120)
    assert body["measures"]["timeout_rate"]["estimate"] == pytest.approx(5 / 20)
    assert body["measures"]["gross_fraud"]["estimate"] == 50.0


def test_chargebacks_count_once_in_the_window_of_their_first_stage(payments) -> None:
    long_ago = add_decided("approve", 5, at=NOON - 60 * DAY)
    complain(payments[0], reason="10.4")
    complain(payments[0], reason="10.4", dispute_stage="pre_arbitration")
    complain(payments[1], reason="13.1", value="legitimate")
    complain(payments[2], reason="4837")
    complain(payments[3], dispute_stage="representment_won")  # the end of one, not a new one
    complain(payments[4], dispute_stage="inquiry")  # may become one
    complain(long_ago[0], reason="F24")  # made long ago, charged back in this window
    complain(long_ago[1], at=NOON - 40 * DAY)
    complain(long_ago[1], dispute_stage="arbitration")
    body = operations()
    assert body["chargebacks"] == {"visa": 2, "mastercard": 1, "amex": 1}
    ratio = body["measures"]["chargeback_ratio"]
    assert (ratio["events"], ratio["n"], ratio["estimate"]) == (4, 100, 0.04)


def test_active_minutes_are_paid_and_counted_once_a_look(now, alice) -> None:
    for _ in range(11):
        judge(alice, LEGITIMATE, now, seconds=90.0)
    body = run_report(kind="performance", now=now + timedelta(minutes=1)).body["operations"]
    assert (body["cases"], body["minutes"]) == (11, 16.5)
    assert body["measures"]["cost_per_case"]["estimate"] == pytest.approx(1.5 * 0.60)
    assert body["measures"]["cost_of_reviews"]["estimate"] == pytest.approx(16.5 * 0.60)
    assert body["measures"]["review_rate"]["estimate"] == 1.0


def test_labels_that_rest_on_an_opinion_alone_are_counted(payments) -> None:
    assert (
        operations()["measures"]["opinion_share"]["refused"] == "no drawn payment has a label yet"
    )
