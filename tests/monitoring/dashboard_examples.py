"""Finished dashboards as the selectors give them, for tests that only place and draw."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from monitoring.domain.dashboards import (
    CapacityTile,
    ConfusionCell,
    ConfusionMatrix,
    DriftDashboard,
    DriftStatus,
    FeatureDetail,
    FeatureRow,
    HistogramBin,
    MoneyTile,
    PsiPoint,
    RateTile,
    ScoreBin,
    ScoreDistribution,
    SegmentRow,
    TileState,
    TrendPoint,
    VersionMarker,
    VolumePoint,
)
from monitoring.domain.estimation.estimate import Estimate
from monitoring.domain.executive import ExecutiveDashboard
from monitoring.domain.expectations import expected_table
from monitoring.domain.expected import ScoreSums, compared, expected_performance
from monitoring.domain.figures import figures
from monitoring.domain.freshness import freshness
from monitoring.domain.operations import (
    Handling,
    KnownFrauds,
    ReviewTime,
    Tally,
    fraud_amounts,
    fraud_rates,
    handling_rates,
    review_costs,
    share_counted,
)
from monitoring.domain.schemes import scheme_ratios
from monitoring.domain.tiles import RATES

NOW = datetime(2026, 11, 12, 10, 24, tzinfo=UTC)
MONDAY = date(2026, 10, 5)
NAMES = {"Wrongful declines": "fpr", "Precision": "precision", "Recall": "recall"}


def estimate(point=0.046, low=0.039, high=0.054, refused=None):
    return Estimate("fpr", point, low, high, "logit", 3412, 2900.0, 120, 0.38, refused)


def rate_tile(title="Wrongful declines", state=TileState.OPEN, of=None, target=0.048):
    return RateTile(
        name=NAMES[title],
        title=title,
        definition="Legitimate payments finally declined, over all legitimate ones.",
        estimate=of or estimate(),
        state=state,
        target=target,
        scale=0.08,
        sentence=f"A sentence about {title}.",
    )


def trend():
    """Five weeks; the third refuses, the labels of the last still arrive."""
    points = [
        TrendPoint(MONDAY + timedelta(weeks=week), 0.05, 0.04, 0.06, 200, week == 4)
        for week in range(5)
    ]
    points[2] = TrendPoint(points[2].start, None, None, None, 7, False)
    return tuple(points)


def volumes():
    start = datetime(2026, 11, 10, tzinfo=UTC)
    return tuple(
        VolumePoint(start + timedelta(days=day), 1400, 20, 6, Decimal("90000")) for day in range(3)
    )


def scores():
    bins = tuple(ScoreBin(at / 20, (at + 1) / 20, 0.05, 0.05) for at in range(20))
    return ScoreDistribution(bins, 41000, 39000, 0.30, 0.90)


def executive():
    money = MoneyTile(
        "wrongly_declined",
        "Good customers blocked",
        Decimal("86950"),
        Decimal("73700"),
        Decimal("102100"),
        1204,
        "1,204 payments.",
        (Decimal(1), None, Decimal(3), Decimal(2)),
    )
    thin = estimate(None, 0.41, None, "At least 41 %. 6 frauds found, 10 are needed.")
    recall = rate_tile("Recall", TileState.NOT_ENOUGH_EVIDENCE, thin, None)
    return ExecutiveDashboard(
        days=28,
        available_days=(7, 28, 90),
        currency="EUR",
        headline="28 days to 12 Nov. Rests on 3,412 labels.",
        report_at=NOW,
        window_start=NOW - timedelta(days=28),
        window_end=NOW,
        decisions=41000,
        labels=3412,
        share_matured=0.38,
        fpr=rate_tile(),
        money=(money,),
        rates=(rate_tile("Precision", TileState.MEASURED, target=None), recall),
        capacity=CapacityTile(634.0, 720, 0.88, "Full in 9 days at this growth."),
        confusion=ConfusionMatrix(
            ConfusionCell(210, 180),
            ConfusionCell(44, 39),
            ConfusionCell(None, 6),
            ConfusionCell(40800, 3100),
        ),
        volumes=volumes(),
        fpr_trend=trend(),
        version_markers=(VersionMarker(datetime(2026, 10, 12, tzinfo=UTC), "v2"),),
        scores=scores(),
        segments=(
            SegmentRow("All payments", 3412, estimate(), TileState.OPEN),
            SegmentRow("Lumo Pay", 14, thin, TileState.NOT_ENOUGH_EVIDENCE),
        ),
        segments_scale=0.16,
        figures=figures(body(), "EUR"),
        chargebacks=scheme_ratios(
            {"visa": 310, "unknown": 4}, 40_300, {"all": (0.009, ""), "visa": (0.015, "")}
        ),
        expected=expected_table(body()),
        freshness=freshness(as_of=NOW, now=NOW, every=timedelta(hours=1)),
    )


def body():
    """What a stored report holds of figures and expectations."""
    return {
        "rates": {name: replace(estimate(), name=name).as_dict() for name in RATES},
        "money": {},
        "operations": operations(),
        "expected": expectation(),
    }


def operations():
    passed = Tally(40_300, Decimal("4000000"))
    frauds = KnownFrauds(Tally(90, Decimal("9000")), Tally(30, Decimal("2400")))
    done = Handling(41_000, 600, Tally(40_000), Tally(320), Tally(20), 580, 12)
    measures = {
        **fraud_amounts(frauds, share_matured=0.7),
        **fraud_rates(frauds, passed, share_matured=0.7),
        "chargeback_ratio": share_counted("chargeback_ratio", 314, 40_300, missing=""),
        **handling_rates(done),
        **review_costs(ReviewTime(410, 400, 1000.0, 4000.0), Decimal("0.60")),
        "opinion_share": share_counted("opinion_share", 3000, 3412, missing=""),
    }
    return {
        "measures": {name: each.as_dict() for name, each in measures.items()},
        "let_through": {"payments": passed.payments, "amount": str(passed.amount)},
        "cases": 410,
        "cost_per_minute": "0.60",
        "policy": 3,
    }


def expectation():
    expected = expected_performance(ScoreSums(600, 240.0, 90.0), ScoreSums(40_400, 80.0, 79.0))
    miss = compared(0.40, replace(estimate(0.31, 0.26, 0.37), name="precision"))
    return {
        "scored": 41_000,
        "rates": {name: each.as_dict() for name, each in expected.items()},
        "refused": None,
        "last": {
            "start": "2026-09-15T10:00:00+00:00",
            "end": "2026-10-13T10:00:00+00:00",
            "rates": {"precision": miss.as_dict()},
            "refused": None,
        },
    }


def feature_row(name="amount", status=DriftStatus.DRIFTED, psi=0.31):
    bins = tuple(
        HistogramBin(f"{10 * at} to {10 * at + 10}", 10.0 * at, 10.0 * at + 10, 0.25, 0.25)
        for at in range(4)
    )
    return FeatureRow(name, name, 0.21, bins, psi, 0.03, status, 92410, 10503, 0.001)


def feature_detail():
    days = [MONDAY + timedelta(days=day) for day in range(3)]
    return FeatureDetail(
        row=feature_row(),
        kind="numeric",
        ks=0.14,
        jensen_shannon=0.05,
        reference_mean=52.0,
        current_mean=67.0,
        mean_shift=0.29,
        reference_median=18.0,
        current_median=25.0,
        since=MONDAY,
        psi_by_day=tuple(PsiPoint(day, 0.3, DriftStatus.DRIFTED) for day in days),
        sentence="The median rose from 18 to 25.",
    )


def drift():
    rows = (
        feature_row(),
        replace(feature_row("gift_share", DriftStatus.NOT_ENOUGH_DATA, None), weight=None),
    )
    return DriftDashboard(
        headline="1 of 2 features drifted.",
        report_at=NOW,
        reference=None,
        current=None,
        matched_share=0.99,
        watch_from=0.10,
        drifted_from=0.25,
        drifted=1,
        watched=0,
        rows=rows,
        selected=feature_detail(),
        freshness=freshness(as_of=NOW, now=NOW, every=timedelta(hours=1)),
    )
