"""What follows the chargebacks of the demo: late ones, won ones, second thoughts, corrections."""

from datetime import timedelta

import polars as pl
import pytest

from fraudreview.demo.disputes import follow_disputes
from fraudreview.demo.recent import tell_late
from labeling.domain.resolution import Claim
from labeling.models import Label
from labeling.selectors.labels import timeline_of
from labeling.services.labels import record_labels
from tests.histories import add_payments, at

pytestmark = pytest.mark.django_db
UNTIL = at(90)
COUNT = 60


def history(source, pattern, reason=None):
    """A history as the simulation makes it: the same complaint about each of sixty payments."""
    return pl.DataFrame(
        [
            {
                "external_id": f"p{number}",
                "label": "fraud",
                "label_source": source,
                "label_reason": reason,
                "label_known_at": at(10) + timedelta(hours=number),
                "fraud_pattern": pattern,
            }
            for number in range(COUNT)
        ]
    )


@pytest.fixture
def payments():
    return add_payments(
        {"external_id": f"p{number}", "occurred_at": at(0), "base_amount": 5}
        for number in range(COUNT)
    )


def test_what_became_known_late_is_told_with_its_code(payments):
    table = history("chargeback", "stolen_card", reason="4837")
    assert tell_late(table, since=at(11), until=at(12)) == 24
    label = Label.objects.earliest("known_at")
    assert (label.source, label.reason) == ("chargeback", "4837")
    assert at(11) < label.known_at


def test_disputes_go_on_and_every_turn_is_a_label_of_its_own(payments, lea):
    table = history("chargeback", "friendly_fraud", reason="10.4")
    tell_late(table, since=at(0), until=UNTIL)
    told = follow_disputes(table, reviewer=lea, until=UNTIL)
    assert 0 < told < 3 * COUNT
    more = Label.objects.exclude(source="chargeback")
    assert set(more.values_list("source", flat=True)) == {
        "dispute_reversal",
        "customer_confirmation",
        "manual",
    }
    assert set(more.filter(source="manual").values_list("reviewer", flat=True)) == {lea.pk}
    assert any(timeline_of(number).conflict for number in payments)
    proven = more.filter(fraud_type="friendly_fraud").first()
    assert proven and not timeline_of(proven.transaction_id).resolved.trains


def test_a_stolen_card_may_be_won_but_nobody_takes_it_back(payments, lea):
    table = history("chargeback", "stolen_card", reason="10.4")
    tell_late(table, since=at(0), until=UNTIL)
    follow_disputes(table, reviewer=lea, until=UNTIL)
    stages = set(Label.objects.exclude(source="chargeback").values_list("dispute_stage", flat=True))
    assert stages == {"representment_won"}
    assert {timeline_of(number).resolved.value for number in payments} == {"fraud"}


def test_some_reports_are_corrected_once(payments, lea):
    claims = [Claim(number, "fraud", "fraud_report", at(2)) for number in payments]
    record_labels(claims=claims, now=UNTIL)
    table = history("fraud_report", "account_takeover")
    told = follow_disputes(table, reviewer=lea, until=UNTIL)
    corrections = Label.objects.exclude(supersedes=None)
    assert corrections.count() == told > 0
    assert set(corrections.values_list("fraud_type", flat=True)) == {"account_takeover"}


def test_nothing_is_told_before_it_happened(payments, lea):
    table = history("chargeback", "friendly_fraud", reason="10.4")
    tell_late(table, since=at(0), until=UNTIL)
    assert follow_disputes(table, reviewer=lea, until=at(11)) == 0
