"""Dashboards are made of rollups and stored reports, finished for the pages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from monitoring.domain.dashboards import DriftStatus, TileState
from monitoring.domain.drift import compare
from monitoring.models import Report
from monitoring.selectors.dashboards import drift_dashboard, executive_dashboard
from monitoring.selectors.reports import FORMAT
from monitoring.services.reports import run_report
from scoring.models import StageChange
from tests.monitoring.decided import Answers, add_decided
from tests.monitoring.samples import vectors_around
from tests.versions import add_version

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def reported():
    add_decided(
        "approve", 1_800, at=NOON - DAY, answers=Answers(fraud=3, legitimate=87), propensity=0.05
    )
    add_decided("review", 160, at=NOON - DAY, answers=Answers(fraud=40, legitimate=120))
    add_decided("block", 40, at=NOON - DAY, answers=Answers(fraud=3, legitimate=17), propensity=0.5)
    return run_report(kind="performance", now=NOON)


def tile(dashboard, name):
    return next(each for each in (*dashboard.rates, *dashboard.money) if each.name == name)


def test_without_a_report_the_page_says_so() -> None:
    dashboard = executive_dashboard(now=NOON)
    assert dashboard.report_at is None
    assert "28 days to 19 Nov" in dashboard.headline
    assert (dashboard.fpr, dashboard.rates, dashboard.volumes) == (None, (), ())


def test_the_headline_says_what_the_numbers_rest_on(reported) -> None:
    assert executive_dashboard(now=NOON).headline == (
        "28 days to 19 Nov. Rests on 270 labels of 270 payments drawn;"
        " 100\N{NARROW NO-BREAK SPACE}% of them verdicts that nobody confirmed."
    )


def test_the_five_rates_have_five_names(reported) -> None:
    dashboard = executive_dashboard(now=NOON)
    assert dashboard.fpr.name == "fpr"
    assert dashboard.fpr.title == "Wrongful declines"
    assert [each.name for each in dashboard.first_rates] == ["precision", "recall", "alert_ratio"]
    others = ["flag_fpr", "friction_rate", "fdr", "prevalence"]
    assert [each.name for each in dashboard.other_rates] == others
    assert len({each.title for each in dashboard.rates}) == 7


def test_a_refused_rate_says_what_is_known_and_what_is_missing(reported) -> None:
    recall = tile(executive_dashboard(now=NOON), "recall")
    assert recall.state == TileState.NOT_ENOUGH_EVIDENCE
    assert recall.sentence.startswith("Between ")
    assert recall.sentence.endswith("3 frauds found among approved payments, 4 are needed.")


@pytest.mark.parametrize(
    ("target", "state"),
    [(None, "measured"), (0.5, "below"), (0.018, "open"), (0.0001, "above")],
)
def test_the_target_decides_the_state(reported, settings, target, state) -> None:
    settings.FRAUDREVIEW_WRONGFUL_DECLINES_TARGET = target
    dashboard = executive_dashboard(now=NOON)
    assert dashboard.fpr.state == state
    assert dashboard.segments[0].state == state


def test_money_is_decimal_with_the_payments_behind_it(reported) -> None:
    wrongful = tile(executive_dashboard(now=NOON), "wrongful_declines")
    assert wrongful.amount == Decimal("1700.00")
    assert wrongful.low < wrongful.amount < wrongful.high
    assert wrongful.payments == 34
    assert wrongful.sentence.startswith("34 payments.")


def test_few_frauds_make_no_sum(reported) -> None:
    stopped = tile(executive_dashboard(now=NOON), "fraud_stopped")
    assert (stopped.amount, stopped.payments) == (None, None)
    assert stopped.sentence.endswith("3 frauds found declined, 4 are needed.")


def test_volumes_are_those_of_the_rollups(reported) -> None:
    (day,) = executive_dashboard(now=NOON).volumes
    assert (day.start.date(), day.approve, day.review, day.block) == (
        date(2026, 11, 18),
        1_800,
        160,
        40,
    )
    assert day.amount == Decimal("100000.00")


def test_scores_of_the_window_stand_beside_those_before(reported) -> None:
    scores = executive_dashboard(now=NOON).scores
    assert (scores.n_current, scores.n_reference) == (2_000, 0)
    assert scores.bins[0].current_share == pytest.approx(0.9)
    assert scores.bins[0].reference_share is None


def test_a_new_version_is_marked_in_the_trend(reported, model_storage) -> None:
    version = add_version(now=NOON)
    StageChange.objects.create(
        model_version=version, to_stage="production", changed_at=NOON - DAY, reason="Better."
    )
    assert [each.title for each in executive_dashboard(now=NOON).version_markers] == ["v1"]


def test_an_odd_number_of_days_means_four_weeks(reported) -> None:
    assert executive_dashboard(now=NOON, days=13).days == 28


def test_a_report_of_an_older_shape_is_not_read(reported) -> None:
    """After an upgrade the page is empty until the next report, not broken."""
    reported.body = {"days": 28, "format": FORMAT - 1}
    reported.save()
    assert executive_dashboard(now=NOON).report_at is None


def test_a_report_of_the_future_is_not_shown(reported) -> None:
    assert executive_dashboard(now=NOON - DAY).report_at is None


def test_the_executive_page_reads_few_rows(reported, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(5):
        executive_dashboard(now=NOON)


def drift_reports(days: int, psi_of_last: float = 0.4) -> None:
    """One report a day; the amount drifts on the last two."""
    version = add_version(now=NOON)
    version.stage = "production"
    version.save()
    reference = vectors_around(50.0, 4_000)[:, 0].astype(float)
    for day in range(days):
        late = day >= days - 2
        current = reference[:2_000] * (2.5 if late else 1.0)
        found = compare(reference, reference * 0 + 1, current)
        Report.objects.create(
            kind="drift",
            model_version=version,
            window_start=NOON - 7 * DAY,
            window_end=NOON,
            as_of=NOON,
            created_at=NOON - (days - 1 - day) * DAY,
            body={
                "format": FORMAT,
                "reference": {
                    "title": "v1 training",
                    "start": (NOON - 60 * DAY).isoformat(),
                    "end": (NOON - 20 * DAY).isoformat(),
                    "n": 4_000,
                },
                "current": {
                    "title": "7 days",
                    "start": (NOON - 7 * DAY).isoformat(),
                    "end": NOON.isoformat(),
                    "n": 2_000,
                },
                "matched_share": 1.0,
                "rows": [
                    row("hour", compare(reference, reference * 0 + 1, reference)),
                    row("amount", found),
                ],
            },
        )


def row(name, found):
    from dataclasses import asdict

    return {"name": name, "title": name.title(), "weight": 0.5, **asdict(found)}


def test_without_a_model_the_drift_page_says_so() -> None:
    dashboard = drift_dashboard(now=NOON)
    assert dashboard.report_at is None
    assert "No model is in production" in dashboard.headline


def test_the_drift_page_opens_with_what_moved_most(model_storage) -> None:
    drift_reports(days=1)
    dashboard = drift_dashboard(now=NOON)
    assert (dashboard.drifted, dashboard.watched) == (1, 0)
    assert dashboard.selected.row.name == "amount"
    assert dashboard.selected.mean_shift == pytest.approx(1.5, abs=0.2)
    assert dashboard.selected.sentence.startswith("The median rose from")
    assert dashboard.headline.startswith("1 of 2 distributions has drifted, 0 are worth")


def test_any_feature_can_be_looked_at(model_storage) -> None:
    drift_reports(days=1)
    assert drift_dashboard(now=NOON, feature="hour").selected.row.name == "hour"
    assert drift_dashboard(now=NOON, feature="nonsense").selected.row.name == "amount"


def test_the_curve_says_since_when_it_drifts(model_storage) -> None:
    drift_reports(days=5)
    selected = drift_dashboard(now=NOON, feature="amount").selected
    assert [point.status for point in selected.psi_by_day] == [DriftStatus.STABLE] * 3 + [
        DriftStatus.DRIFTED
    ] * 2
    assert selected.since == date(2026, 11, 18)


def test_of_each_day_the_last_report_counts(model_storage) -> None:
    drift_reports(days=1)
    Report.objects.update(created_at=NOON - timedelta(hours=3))
    again = Report.objects.get()
    again.pk, again.created_at = None, NOON
    again.body["rows"][1]["psi"] = 0.99
    again.save()
    (point,) = drift_dashboard(now=NOON, feature="amount").selected.psi_by_day
    assert point.psi == 0.99


def test_the_drift_page_reads_two_reports(model_storage, django_assert_num_queries) -> None:
    drift_reports(days=3)
    with django_assert_num_queries(2):
        drift_dashboard(now=NOON)
