"""The model card: what a version is, what it was trained on, how it did, who moved it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from monitoring.domain.estimation.estimate import Estimate, from_dict
from monitoring.selectors.model_pages import Comparison, comparison_of, newest_changes, policies_of
from scoring.models import DecisionPolicy, ModelVersion, StageChange
from scoring.selectors.policies import active_policy

RATES = {
    "recall": "Recall",
    "precision": "Precision",
    "fpr": "Flagged legitimate",
}
SLICE_RATES = {
    "average_precision": "Average precision",
    "recall": "Recall",
    "precision": "Precision",
    "fpr": "Wrongful declines",
}
CLASSES = ("fraud", "legitimate")
CURVE_WIDTH, CURVE_HEIGHT = 400, 200


@dataclass(frozen=True, slots=True)
class Part:
    """One period of the data used."""

    name: str
    start: datetime
    end: datetime
    rows: int
    frauds: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of the test with its interval; `scale` is the end of its picture."""

    title: str
    estimate: Estimate
    scale: float


@dataclass(frozen=True, slots=True)
class SliceLine:
    """How it did on customers that no model has learned from."""

    rows: int
    frauds: int
    rates: list[Rate]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What /models/{n}/ shows; `test` is empty for versions registered without evidence."""

    version: ModelVersion
    active: bool
    test: dict[str, Any]
    rates: list[Rate]
    wrongful: Rate | None
    matrix: dict[str, dict[str, int]]
    report: list[tuple[str, dict[str, float]]]
    curve: str
    curve_baseline: float
    importances: list[dict[str, Any]]
    parts: list[Part]
    dataset_number: int | None
    slice: SliceLine | None
    sources: dict[str, int]
    comparison: Comparison | None
    policies: list[DecisionPolicy]
    changes: list[StageChange]
    currency: str


def model_card(version: ModelVersion) -> ModelCard:
    """Return everything known of one version."""
    test = version.metrics.get("test", {})
    dataset = version.metrics.get("dataset", {})
    blocked = test.get("blocked", {})
    return ModelCard(
        version=version,
        active=active_policy().model_version_id == version.pk,
        test=test,
        rates=[_rate(name, test["flagged"][name]) for name in RATES] if test else [],
        wrongful=_rate("wrongful", blocked["fpr"]) if blocked else None,
        matrix=_matrix(test) if test else {},
        report=[(name, test["flagged"]["report"][name]) for name in CLASSES] if test else [],
        curve=_curve(test.get("curve", [])),
        curve_baseline=round(CURVE_HEIGHT * (1 - test.get("prevalence", 0.0)), 1),
        importances=_importances(version),
        parts=parts_in_time(dataset.get("parts", {})),
        dataset_number=dataset.get("number"),
        slice=_slice(version),
        sources=dataset.get("sources", {}),
        comparison=comparison_of(version),
        policies=policies_of(version),
        changes=newest_changes(version),
        currency=settings.FRAUDREVIEW_BASE_CURRENCY,
    )


def _rate(name: str, stored: dict[str, Any]) -> Rate:
    measured = stored["estimate"] is not None
    estimate = Estimate(
        name=name,
        estimate=stored["estimate"],
        low=stored["low"],
        high=stored["high"],
        method="wilson",
        n=stored["n"],
        n_eff=None,
        events=stored["n"],
        refused=None if measured else "Nothing was flagged, so there is no share of it.",
    )
    small = name in ("fpr", "wrongful")
    high = stored["high"] if measured else 1.0
    return Rate(RATES.get(name, "Wrongful declines"), estimate, 1.25 * high if small else 1.0)


def _slice(version: ModelVersion) -> SliceLine | None:
    """The line of the evaluation slice; None for versions that are older than it."""
    stored = version.metrics.get("slice")
    if not stored:
        return None
    estimates = [from_dict(rate) for rate in stored["rates"]]
    rates = [Rate(SLICE_RATES[each.name], each, _scale(each)) for each in estimates]
    return SliceLine(stored["rows"], stored["frauds"], rates)


def _scale(estimate: Estimate) -> float:
    """The end of a picture: wrongful declines are too few for a scale up to one."""
    return 1.25 * (estimate.high or 0.8) if estimate.name == "fpr" else 1.0


def _matrix(test: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Test payments by truth and outcome."""
    blocked, flagged = test["blocked"]["confusion"], test["flagged"]["confusion"]
    cells = {
        "fraud": ("true_positives", "false_negatives"),
        "legitimate": ("false_positives", "true_negatives"),
    }
    return {
        name: {
            "blocked": blocked[hit],
            "reviewed": flagged[hit] - blocked[hit],
            "approved": flagged[rest],
        }
        for name, (hit, rest) in cells.items()
    }


def _curve(points: list[list[float]]) -> str:
    """Points of a polyline: recall to the right, precision up."""
    return " ".join(
        f"{CURVE_WIDTH * recall:.1f},{CURVE_HEIGHT * (1 - precision):.1f}"
        for recall, precision in points
    )


def _importances(version: ModelVersion) -> list[dict[str, Any]]:
    """Shares with their bar: the widest fills the picture."""
    told = [entry for entry in version.metrics.get("importances", []) if entry["share"] > 0]
    widest = max((entry["share"] for entry in told), default=1.0)
    return [{**entry, "bar": entry["share"] / widest} for entry in told]


def parts_in_time(parts: dict[str, dict[str, Any]]) -> list[Part]:
    """Return stored periods in the order of time."""
    in_time = sorted(parts.items(), key=lambda item: str(item[1]["from"]))
    return [_part(name, part) for name, part in in_time]


def _part(name: str, stored: dict[str, Any]) -> Part:
    start, end = (datetime.fromisoformat(stored[key]) for key in ("from", "until"))
    return Part(name, start, end, stored["rows"], stored["frauds"])
