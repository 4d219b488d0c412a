"""How late labels come, from the rows to the review page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling.domain.resolution import Claim
from labeling.services.labels import record_labels
from monitoring.models import Report
from monitoring.selectors.dashboards import label_latency_section
from monitoring.selectors.label_delays import label_delays
from monitoring.services.reports import run_report
from tests.histories import add_payments, at

pytestmark = pytest.mark.django_db
NOW = at(100)


def add(source, delays, *, day=0.0, value="fraud"):
    ids = add_payments(
        {"external_id": f"{source}-{day}-{number}", "occurred_at": at(day), "base_amount": 5}
        for number in range(len(delays))
    )
    claims = [
        Claim(number, value, source, at(day + delay))
        for number, delay in zip(ids, delays, strict=True)
    ]
    record_labels(claims=claims, now=NOW)
    return ids


def test_each_source_has_the_days_from_payment_to_label():
    add("chargeback", [12, 20])
    add("fraud_report", [1.5])
    found = label_delays(as_of=NOW)
    assert sorted(found["chargeback"].delays.tolist()) == [12, 20]
    assert found["chargeback"].ages.tolist() == [100, 100]
    assert found["fraud_report"].delays.tolist() == [1.5]


def test_a_source_that_speaks_twice_of_a_payment_counts_when_it_first_did():
    (number,) = add("chargeback", [12])
    record_labels(claims=[Claim(number, "unknown", "chargeback", at(30))], now=NOW)
    assert label_delays(as_of=NOW)["chargeback"].delays.tolist() == [12]


def test_young_payments_future_labels_silence_and_imports_are_left_out():
    add("chargeback", [3], day=90)
    add("fraud_report", [101])
    add("matured", [30], value="legitimate")
    add("import", [7])
    assert label_delays(as_of=NOW) == {}


def test_the_section_tells_each_source_or_why_it_cannot():
    add("chargeback", [10 + number / 10 for number in range(40)])
    add("fraud_report", [1.0] * 5)
    assert label_latency_section(now=NOW).rows == ()
    assert run_report(kind="label_latency", now=NOW)
    chargeback, report = label_latency_section(now=NOW).rows
    assert (chargeback.title, chargeback.latency.horizon) == ("Chargeback", 90)
    assert chargeback.median == "11.9 days (11.3 to 12.6 days)"
    assert chargeback.by_week.startswith("0.0")
    assert chargeback.by_maturity.startswith("100.0")
    assert report.refused == "5 of 30 labels of payments that are 14 days old or older."


def test_without_labels_there_is_no_report():
    assert run_report(kind="label_latency", now=NOW) is None
    assert not Report.objects.exists()


def test_at_its_own_horizon_a_share_tells_nothing():
    add("chargeback", [10.0] * 40, day=65)
    run_report(kind="label_latency", now=NOW)
    (row,) = label_latency_section(now=NOW).rows
    assert (row.latency.horizon, row.by_maturity) == (30, "")


def test_the_review_page_shows_it_with_curves(client_of, lea):
    add("chargeback", [10.0 + number for number in range(40)], day=-80)
    record = Report.objects.count()
    now = timezone.now()
    run_report(kind="label_latency", now=NOW)
    Report.objects.update(created_at=now - timedelta(hours=1))
    assert Report.objects.count() == record + 1
    html = client_of(lea).get("/dashboards/review/").content.decode()
    for words in ("How late labels come", "Chargeback", "of those that come within", "maturity"):
        assert words in html


def test_before_any_old_label_the_page_says_why(client_of, lea):
    html = client_of(lea).get("/dashboards/review/").content.decode()
    assert "No label is old enough yet" in html
    assert "plotly.min.js" not in html


def test_the_section_costs_one_query(django_assert_num_queries):
    add("chargeback", [10.0] * 40)
    run_report(kind="label_latency", now=NOW)
    with django_assert_num_queries(1):
        label_latency_section(now=NOW)
