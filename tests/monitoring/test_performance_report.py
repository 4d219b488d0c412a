"""The performance report: what it says, what it refuses, and that a verdict moves it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.models import HourlyRollup, Report
from monitoring.selectors.dashboards import executive_dashboard
from monitoring.services.reports import run_report, run_reports, thin_out
from monitoring.services.rollups import roll_up
from scoring.models import Disposition
from tests.monitoring.decided import Answers, add_decided, answer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def a_day_of_decisions(at: datetime = NOON - DAY) -> None:
    """2,000 payments: a twentieth of the approvals and half of the blocks were drawn."""
    add_decided("approve", 1_800, at=at, answers=Answers(fraud=12, legitimate=78), propensity=0.05)
    add_decided("review", 160, at=at, answers=Answers(fraud=40, legitimate=120))
    add_decided("block", 40, at=at, answers=Answers(fraud=8, legitimate=12), propensity=0.5)


def report(now: datetime = NOON, **options):
    return run_report(kind="performance", now=now, **options)


def test_every_label_counts_for_those_it_was_drawn_from() -> None:
    a_day_of_decisions()
    rates = report().body["rates"]
    legitimate = 1_800 * 78 / 90 + 120 + 40 * 12 / 20
    frauds = 1_800 * 12 / 90 + 40 + 40 * 8 / 20
    assert rates["flag_fpr"]["estimate"] == pytest.approx((120 + 24) / legitimate)
    assert rates["fpr"]["estimate"] == pytest.approx(24 / legitimate)
    assert rates["friction_rate"]["estimate"] == pytest.approx(120 / legitimate)
    assert rates["precision"]["estimate"] == pytest.approx((40 + 16) / 200)
    assert rates["fdr"]["estimate"] == pytest.approx(1 - 0.28)
    assert rates["recall"]["estimate"] == pytest.approx(56 / frauds)
    assert rates["prevalence"]["estimate"] == pytest.approx(frauds / 2_000)


def test_claimed_frauds_count_once_beside_the_audited_ones() -> None:
    ids = add_decided("approve", 500, at=NOON - DAY, band="s2:a1")
    answer(
        ids, Answers(fraud=100), at=NOON - timedelta(hours=5), propensity=None, source="chargeback"
    )
    a_day_of_decisions()
    body = report().body
    # 2,200 nobody claimed; of them 90 were judged, and 12 of these are fraud.
    missed = 100 + 2_200 * 12 / 90
    assert body["rates"]["recall"]["estimate"] == pytest.approx(56 / (56 + missed))
    assert body["rates"]["recall"]["events"] == 112
    assert (body["labels"], body["claims"]["so_far"]) == (90 + 160 + 20, 100)
    assert body["money"]["missed_fraud"]["estimate"] == pytest.approx((missed + 40) * 50)


def test_the_alert_ratio_is_counted() -> None:
    a_day_of_decisions()
    ratio = report().body["rates"]["alert_ratio"]
    assert (ratio["estimate"], ratio["low"], ratio["high"]) == (0.08, 0.08, 0.08)
    assert (ratio["method"], ratio["n"]) == ("count", 2_000)


def test_money_is_the_amount_that_the_labels_stand_for() -> None:
    a_day_of_decisions()
    body = report().body
    assert body["money"]["fraud_stopped"]["estimate"] == pytest.approx(16 * 50)
    assert body["money"]["wrongful_declines"]["estimate"] == pytest.approx(24 * 50)
    # Twelve found stand for 240 approved ones; nobody declined the 40 that were reviewed.
    assert body["money"]["missed_fraud"]["estimate"] == pytest.approx((240 + 40) * 50)
    assert body["amount"] == "100000.00"
    assert body["payments"]["missed_fraud"] == pytest.approx(280)


def test_the_confusion_matrix_adds_up_to_the_decisions() -> None:
    a_day_of_decisions()
    confusion = report().body["confusion"]
    assert sum(confusion["payments"].values()) == pytest.approx(2_000)
    assert confusion["labels"] == {
        "flagged_fraud": 48,
        "flagged_legitimate": 132,
        "approved_fraud": 12,
        "approved_legitimate": 78,
    }


def test_a_cell_of_few_labels_that_would_stand_for_many_is_not_counted() -> None:
    add_decided("approve", 900, at=NOON - DAY, answers=Answers(fraud=3, legitimate=87))
    add_decided("review", 60, at=NOON - DAY, answers=Answers(fraud=5, legitimate=55))
    payments = report().body["confusion"]["payments"]
    assert payments["approved_fraud"] is None
    assert payments["flagged_fraud"] == pytest.approx(5)


def test_what_few_labels_carry_is_refused_with_bounds() -> None:
    add_decided("approve", 900, at=NOON, answers=Answers(fraud=3, legitimate=87))
    add_decided("review", 300, at=NOON, answers=Answers(fraud=200, legitimate=100))
    recall = report(NOON + DAY).body["rates"]["recall"]
    assert recall["estimate"] is None
    assert recall["refused"] == (
        "not enough evidence: 3 frauds found among approved payments, 4 are needed"
    )
    assert 0.5 < recall["low"] < 200 / 230 < recall["high"] < 1


def test_no_wrongful_decline_among_many_is_a_small_number_not_a_zero() -> None:
    add_decided("approve", 900, at=NOON - DAY, answers=Answers(legitimate=90))
    add_decided("review", 100, at=NOON - DAY, answers=Answers(fraud=40, legitimate=60))
    fpr = report().body["rates"]["fpr"]
    assert fpr["estimate"] == 0
    assert 0.001 < fpr["high"] < 0.01


def test_a_verdict_and_its_disposition_move_the_numbers() -> None:
    a_day_of_decisions()
    ids = add_decided("review", 40, at=NOON - timedelta(hours=2))
    before = report(NOON - timedelta(hours=1)).body
    answer(ids, Answers(legitimate=40), at=NOON - timedelta(minutes=30), propensity=1.0)
    for number in ids:
        Disposition.objects.create(
            transaction_id=number, action="decline", cause="timeout", disposed_at=NOON
        )
    after = report(NOON).body
    assert after["labels"] == before["labels"] + 40
    assert after["drawn"] == before["drawn"]
    assert after["rates"]["fpr"]["estimate"] > before["rates"]["fpr"]["estimate"]


def test_blocks_turned_into_reviews_move_fpr_only_by_what_is_declined_in_the_end() -> None:
    legitimate = Answers(legitimate=400)
    add_decided("approve", 4_000, at=NOON - DAY, answers=legitimate)
    add_decided("block", 400, at=NOON - DAY, answers=legitimate, propensity=1.0)
    blocked = report(NOON - DAY + timedelta(hours=1)).body["rates"]
    ids = add_decided("review", 400, at=NOON + 30 * DAY, answers=legitimate)
    add_decided("approve", 4_000, at=NOON + 30 * DAY, answers=legitimate)
    for number in ids[:100]:
        Disposition.objects.create(
            transaction_id=number, action="decline", cause="verdict", disposed_at=NOON
        )
    reviewed = report(NOON + 30 * DAY + timedelta(hours=1)).body["rates"]
    assert reviewed["flag_fpr"]["estimate"] == pytest.approx(blocked["flag_fpr"]["estimate"])
    assert reviewed["fpr"]["estimate"] == pytest.approx(blocked["fpr"]["estimate"] / 4)
    assert (blocked["friction_rate"]["events"], reviewed["friction_rate"]["events"]) == (0, 400)


def test_without_decisions_there_is_no_report() -> None:
    assert report() is None
    assert not Report.objects.exists()


def test_decisions_without_any_label_are_reported_as_such() -> None:
    add_decided("approve", 50, at=NOON - DAY)
    body = report().body
    assert (body["decisions"], body["labels"]) == (50, 0)
    assert body["rates"]["fpr"]["refused"] == (
        "not enough evidence: no label among 50 approved payments"
    )


def test_weeks_are_reported_from_monday_and_the_last_is_still_arriving() -> None:
    a_day_of_decisions(at=NOON - 7 * DAY)
    add_decided("review", 10, at=NOON - DAY, answers=Answers(legitimate=4))
    weeks = report().body["trend"]
    assert [(week["start"], week["still_arriving"]) for week in weeks] == [
        ("2026-11-09", False),
        ("2026-11-16", True),
    ]
    assert weeks[0]["rate"]["estimate"] is not None
    assert weeks[1]["rate"]["estimate"] is None


def test_segments_hold_their_own_payments() -> None:
    answers = Answers(fraud=20, legitimate=20)
    add_decided("block", 400, at=NOON - DAY, answers=answers, channel="web", country="DE")
    add_decided("approve", 400, at=NOON - DAY, answers=Answers(legitimate=40), channel="app")
    rows = {row["title"]: row for row in report().body["segments"]}
    assert set(rows) == {"All payments", "Web", "App"}
    assert rows["All payments"]["labels"] == 80
    assert rows["Web"]["rate"]["estimate"] == pytest.approx(1.0)
    assert rows["App"]["rate"]["estimate"] == 0
    assert rows["All payments"]["rate"]["estimate"] == pytest.approx(200 / 600)


def test_a_customer_of_unknown_age_is_neither_known_nor_new() -> None:
    at = NOON - DAY
    for since, payments in ((None, 5), (at - 5 * DAY, 6), (at - 100 * DAY, 7)):
        add_decided("review", payments, at=at, answers=Answers(0, payments), customer_since=since)
    labels = {row["title"]: row["labels"] for row in report().body["segments"]}
    assert labels == {"All payments": 18, "Known customers": 7, "New customers": 6}


def test_a_segment_without_a_flag_still_has_an_upper_bound() -> None:
    add_decided("review", 100, at=NOON - DAY, answers=Answers(40, 60), channel="web")
    add_decided("approve", 900, at=NOON - DAY, answers=Answers(legitimate=90), channel="app")
    rows = {row["title"]: row for row in report().body["segments"]}
    assert rows["App"]["rate"]["high"] == pytest.approx(3 / 900, rel=0.05)


def test_labels_for_which_only_a_reviewer_vouches_are_counted() -> None:
    ids = add_decided("review", 10, at=NOON - DAY, answers=Answers(fraud=4, legitimate=6))
    at = NOON - timedelta(hours=2)
    answer(ids, Answers(fraud=3), at=at, propensity=None, source="chargeback")
    assert report().body["verdicts_alone"] == 7


def test_complaints_to_come_are_told_by_those_that_came() -> None:
    """Forty old frauds were charged back after ten days; today's payments are a day old."""
    old = add_decided("approve", 40, at=NOON - 60 * DAY)
    answer(old, Answers(fraud=40), at=NOON - 50 * DAY, propensity=None, source="chargeback")
    a_day_of_decisions()
    assert report().body["share_matured"] == 0.0
    assert report(NOON + 12 * DAY).body["share_matured"] == 1.0


def test_half_of_the_claims_in_means_as_many_again_to_come() -> None:
    """Of forty old frauds, half were charged back after half a day and half after ten."""
    old = add_decided("approve", 40, at=NOON - 60 * DAY)
    for ids, days in ((old[:20], 0.5), (old[20:], 10)):
        at = NOON - 60 * DAY + timedelta(days=days)
        answer(ids, Answers(fraud=20), at=at, propensity=None, source="chargeback")
    young = add_decided("approve", 200, at=NOON - DAY, answers=Answers(legitimate=20))
    answer(young[50:], Answers(fraud=12), at=NOON - DAY, propensity=None, source="fraud_report")
    claims = report().body["claims"]
    assert (claims["so_far"], claims["claimed_frauds"]["estimate"]) == (12, 24)
    assert claims["claimed_amount"]["estimate"] == pytest.approx(24 * 50)
    assert 12 < claims["claimed_frauds"]["low"] < 24 < claims["claimed_frauds"]["high"]
    headline = executive_dashboard(now=NOON).headline
    assert "12 approved payments claimed as fraud so far, about 24 in the end (1" in headline


def test_few_complaints_say_nothing_about_those_to_come() -> None:
    a_day_of_decisions()
    assert report().body["share_matured"] is None


def test_the_hour_that_runs_counts() -> None:
    add_decided("approve", 5, at=NOON + timedelta(minutes=20))
    assert report(NOON + timedelta(minutes=20)).body["decisions"] == 5


def test_every_dashboard_gets_its_window() -> None:
    a_day_of_decisions()
    assert run_reports(now=NOON) == 4
    stored = Report.objects.values_list("kind", "body__days")
    assert sorted(stored) == [
        *(("performance", days) for days in (7, 28, 90)),
        ("review", 90),
    ]


def test_drawn_decisions_are_read_once_for_all_windows() -> None:
    a_day_of_decisions()
    with CaptureQueriesContext(connection) as captured:
        run_reports(now=NOON)
    assert sum("WITH answered" in query["sql"] for query in captured) == 1


def test_the_same_is_told_of_a_window_whoever_else_asks() -> None:
    a_day_of_decisions()
    run_reports(now=NOON)
    together = Report.objects.get(kind="performance", body__days=7).body
    assert report(window=7 * DAY).body == together


def test_of_past_days_only_the_last_report_is_kept() -> None:
    a_day_of_decisions()
    for hours in range(3):
        report(NOON + timedelta(hours=hours))
    report(NOON, window=7 * DAY)
    assert thin_out(now=NOON + 3 * DAY) == 2
    kept = Report.objects.order_by("created_at").values_list("created_at", "body__days")
    assert list(kept) == [(NOON, 7), (NOON + timedelta(hours=2), 28)]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="magic"):
        run_report(kind="magic", now=NOON)


def test_more_weeks_take_no_more_queries() -> None:
    def queries(weeks: int) -> int:
        for week in range(weeks):
            add_decided("review", 10, at=NOON - DAY - week * 7 * DAY, answers=Answers(3, 7))
        HourlyRollup.objects.all().delete()  # else only the last days would be counted anew
        roll_up(now=NOON)
        with CaptureQueriesContext(connection) as captured:
            told = report().body["trend"]
        assert len(told) == weeks
        return len(captured)

    assert queries(7) == queries(11)
