"""How far what the model sees now is from what it was trained on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from monitoring.domain.drift import Comparison, compare, matching_weights
from monitoring.domain.drift.bins import Floats
from monitoring.models import Report
from monitoring.selectors.reports import FORMAT
from monitoring.selectors.vectors import TimedVectors, decided_vectors, occurred_vectors
from scoring.domain.errors import Problem
from scoring.domain.estimator import Estimator
from scoring.models import ModelVersion
from scoring.selectors.feature_sets import feature_set_of
from scoring.selectors.registry import production_version
from scoring.services.registry import load_estimator

SCORE = "score"
# A smaller training window is no reference; the weeks before the current ones are.
FEWEST_REFERENCE = 500
PRECEDING = timedelta(weeks=4)
# Contributions cost a fifth of a millisecond each; their mean needs no more.
MOST_EXPLAINED = 2_000


@dataclass(frozen=True)
class Compared:
    """One side of the comparison."""

    title: str
    start: datetime
    end: datetime
    vectors: TimedVectors

    def as_dict(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "n": len(self.vectors),
        }


def drift_report(*, now: datetime, window: timedelta) -> Report | None:
    """Compute and store the report; None without a model in production, or without payments."""
    version = production_version()
    if version is None:
        return None
    current = _current(version, now, window)
    reference = _reference(version, current.start)
    if not len(current.vectors) or not len(reference.vectors):
        return None
    return Report.objects.create(
        kind=Report.Kind.DRIFT,
        model_version=version,
        window_start=current.start,
        window_end=now,
        as_of=now,
        body=_body(version, reference, current),
        created_at=now,
    )


def _current(version: ModelVersion, now: datetime, window: timedelta) -> Compared:
    start = now - window
    # Decided at this very moment counts as decided by now.
    end = now + timedelta(microseconds=1)
    vectors = decided_vectors(version.feature_set, start=start, end=end)
    days = window // timedelta(days=1)
    return Compared(f"{days} days" if days > 1 else "1 day", start, now, vectors)


def _reference(version: ModelVersion, before: datetime) -> Compared:
    start, end = version.trained_from, version.trained_until
    vectors = occurred_vectors(version.feature_set, start=start, end=end)
    if len(vectors) >= FEWEST_REFERENCE:
        return Compared(f"v{version.number} training", start, end, vectors)
    start = before - PRECEDING
    vectors = occurred_vectors(version.feature_set, start=start, end=before)
    return Compared("4 weeks before", start, before, vectors)


def _body(version: ModelVersion, reference: Compared, current: Compared) -> dict[str, Any]:
    weight, matched = matching_weights(reference.vectors.occurred_at, current.vectors.occurred_at)
    estimator = _estimator(version)
    edges = _earlier_edges(version, reference)
    rows = [
        {
            "name": column.name,
            "title": column.title,
            "weight": column.weight,
            **asdict(_comparison(column, weight, edges)),
        }
        for column in _columns(version, estimator, reference.vectors, current.vectors)
    ]
    return {
        "format": FORMAT,
        "reference": reference.as_dict(),
        "current": current.as_dict(),
        "matched_share": matched,
        "rows": rows,
    }


@dataclass(frozen=True)
class Column:
    """One feature on both sides, and its weight in the score."""

    name: str
    title: str
    weight: float | None
    levels: tuple[str, ...]
    reference: Floats
    current: Floats


def _columns(
    version: ModelVersion,
    estimator: Estimator | None,
    reference: TimedVectors,
    current: TimedVectors,
) -> Iterator[Column]:
    """The score itself, then the features by weight."""
    if estimator is not None:
        scores = (_scores(estimator, side) for side in (reference, current))
        yield Column(SCORE, "Score", None, (), *scores)
    features = feature_set_of(version.feature_set).features
    weights = _weights(estimator, current, len(features))
    for place in sorted(range(len(features)), key=lambda place: -(weights[place] or 0.0)):
        feature = features[place]
        yield Column(
            feature.name,
            feature.label or feature.name,
            weights[place],
            feature.levels,
            reference.values[:, place].astype(np.float64),
            current.values[:, place].astype(np.float64),
        )


def _comparison(column: Column, weight: Floats, edges: Mapping[str, Sequence[float]]) -> Comparison:
    return compare(
        column.reference,
        weight,
        column.current,
        levels=column.levels,
        edges=edges.get(column.name),
    )


def _scores(estimator: Estimator, side: TimedVectors) -> Floats:
    return np.asarray(estimator.probabilities(estimator.margins(side.values)), dtype=np.float64)


def _weights(
    estimator: Estimator | None, current: TimedVectors, width: int
) -> Sequence[float | None]:
    """Share of each feature in the mean size of contributions to the current scores."""
    if estimator is None:
        return [None] * width
    contributions = np.abs(estimator.contributions(current.values[:MOST_EXPLAINED])[:, :-1])
    sizes = contributions.mean(axis=0)
    total = float(sizes.sum())
    return [float(size) / total if total else 0.0 for size in sizes]


def _estimator(version: ModelVersion) -> Estimator | None:
    """The estimator; without a usable artefact the features are compared all the same."""
    try:
        return load_estimator(version)
    except (Problem, OSError):
        return None


def _earlier_edges(version: ModelVersion, reference: Compared) -> Mapping[str, Sequence[float]]:
    """The bins of the newest report on the same reference: they stay as they were."""
    report = (
        Report.objects.filter(
            kind=Report.Kind.DRIFT,
            model_version=version,
            body__format=FORMAT,
            body__reference__start=reference.start.isoformat(),
            body__reference__end=reference.end.isoformat(),
        )
        .order_by("-created_at")
        .first()
    )
    if report is None:
        return {}
    return {row["name"]: row["edges"] for row in report.body["rows"]}
