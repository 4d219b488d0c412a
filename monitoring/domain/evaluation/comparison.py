"""Champion and challenger on the same rows, and how sure the difference is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.evaluation.operating import Operation
from monitoring.domain.evaluation.ranking import average_precision_score
from monitoring.domain.promotion import Measure

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Statistic = Callable[[Operation, Floats], float]

REPLICATES = 200


@dataclass(frozen=True, slots=True)
class _Question:
    """A statistic of weighted rows, the direction that is better, and the margin allowed.

    `margin` is a share of the champion's value where `relative`.
    """

    name: str
    statistic: Statistic
    higher_is_better: bool
    margin: float
    relative: bool = False


def compare(
    champion: Operation, challenger: Operation, *, clusters: Codes, rng: np.random.Generator
) -> list[Measure]:
    """Every measure of both models on the same rows, each with the weight it has for both.

    Intervals resample whole `clusters` (n,), one code per customer or card, because the payments of
    one attack stand or fall together.
    """
    counts = champion.rows.counts
    weights = [draws * counts for draws in resampled(clusters, rng)]
    questions = _questions(float((champion.flagged * counts).sum()))
    return [_measure(question, champion, challenger, weights) for question in questions]


def resampled(clusters: Codes, rng: np.random.Generator) -> list[Floats]:
    """How often each row (n,) is in each of 200 samples of whole clusters, as Poisson draws."""
    _, place = np.unique(clusters, return_inverse=True)
    size = int(place.max()) + 1 if len(place) else 0
    return [rng.poisson(1.0, size)[place].astype(np.float64) for _ in range(REPLICATES)]


def _measure(
    question: _Question, champion: Operation, challenger: Operation, weights: list[Floats]
) -> Measure:
    equal = champion.rows.counts
    before, after = question.statistic(champion, equal), question.statistic(challenger, equal)
    differences = np.array(
        [question.statistic(challenger, w) - question.statistic(champion, w) for w in weights]
    )
    known = not (np.isnan(before) or np.isnan(after) or np.isnan(differences).any())
    low, high = np.percentile(differences, [2.5, 97.5]).tolist() if known else (None, None)
    return Measure(
        name=question.name,
        champion=None if np.isnan(before) else before,
        challenger=None if np.isnan(after) else after,
        difference=after - before if known else None,
        low=low,
        high=high,
        higher_is_better=question.higher_is_better,
        margin=question.margin * (abs(before) if question.relative and known else 1.0),
        events=int((champion.rows.labels == 1).sum()),
    )


def _questions(alerts: float) -> list[_Question]:
    return [
        _Question("fpr", _fpr, False, 0.002),
        _Question("flag_fpr", _flag_fpr, False, 0.005),
        _Question("cost_per_1000", _cost, False, 0.02, relative=True),
        _Question("precision", _precision, True, 0.05),
        _Question("recall_at_equal_alerts", _recall_of_first(alerts), True, 0.05),
        _Question("average_precision", _average_precision, True, 0.02),
        _Question("brier_loss", _brier, False, 0.05, relative=True),
        _Question("reviews_per_1000", _reviews, False, 0.25, relative=True),
    ]


def _share(chosen: Floats, among: Floats, weights: Floats) -> float:
    # Not a dot product: threads of the linear algebra library wait for each other on busy machines.
    total = float((among * weights).sum())
    return float((chosen * weights).sum()) / total if total > 0 else float("nan")


def _fpr(operation: Operation, weights: Floats) -> float:
    legitimate = (operation.rows.labels == 0).astype(np.float64)
    return _share(legitimate * operation.blocked, legitimate, weights)


def _flag_fpr(operation: Operation, weights: Floats) -> float:
    legitimate = (operation.rows.labels == 0).astype(np.float64)
    return _share(legitimate * operation.flagged, legitimate, weights)


def _precision(operation: Operation, weights: Floats) -> float:
    flagged = operation.flagged.astype(np.float64)
    return _share(flagged * operation.rows.labels, flagged, weights)


def _cost(operation: Operation, weights: Floats) -> float:
    return 1000 * _share(operation.costs, np.ones_like(weights), weights)


def _reviews(operation: Operation, weights: Floats) -> float:
    return 1000 * _share(operation.reviewed.astype(np.float64), np.ones_like(weights), weights)


def _brier(operation: Operation, weights: Floats) -> float:
    errors = (operation.probabilities - operation.rows.labels) ** 2
    return _share(errors, np.ones_like(weights), weights)


def _average_precision(operation: Operation, weights: Floats) -> float:
    return average_precision_score(
        operation.rows.labels, operation.margins, weights, operation.order
    )


def _recall_of_first(alerts: float) -> Statistic:
    """Recall when only so many highest-ranked rows are looked at."""

    def recall(operation: Operation, weights: Floats) -> float:
        ranked = weights[operation.order]
        frauds = (operation.rows.labels == 1).astype(np.float64)[operation.order]
        looked = np.cumsum(ranked) <= alerts
        return _share(frauds * looked, frauds, ranked)

    return recall
