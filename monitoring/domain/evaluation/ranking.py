"""How well scores put frauds above legitimate payments, whatever the threshold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int8]
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Curve:
    """Precision and recall (m,) of flagging every row at or above `thresholds` (m,), falling."""

    thresholds: Floats
    precision: Floats
    recall: Floats


def precision_recall_curve(
    labels: Integers,
    scores: Floats,
    weights: Floats | None = None,
    order: Positions | None = None,
) -> Curve:
    """One point for every distinct score; recall rises along it.

    Recall is 0 throughout where no row is fraud. `order` saves the sorting by falling score.
    """
    order = np.argsort(-scores, kind="stable") if order is None else order
    sorted_scores = scores[order]
    weight = np.ones(len(scores)) if weights is None else weights[order]
    frauds = np.cumsum(weight * (labels[order] == 1))
    flagged = np.cumsum(weight)
    last = np.flatnonzero(np.append(np.diff(sorted_scores) < 0, True))[: len(scores)]
    found, total = frauds[last], frauds[-1] if len(frauds) else 0.0
    precision = np.divide(found, flagged[last], out=np.zeros(len(last)), where=flagged[last] > 0)
    recall = found / total if total > 0 else np.zeros(len(last))
    return Curve(sorted_scores[last], precision, recall)


def average_precision_score(
    labels: Integers,
    scores: Floats,
    weights: Floats | None = None,
    order: Positions | None = None,
) -> float:
    """The mean precision over the frauds, ranked by `scores`; 0 without a fraud.

    Rows of one score stand together, so the order of ties does not matter.

    >>> average_precision_score(np.array([0, 1, 0, 1], np.int8), np.array([0.1, 0.9, 0.2, 0.8]))
    1.0
    """
    curve = precision_recall_curve(labels, scores, weights, order)
    return float(np.sum(np.diff(curve.recall, prepend=0.0) * curve.precision))


def roc_auc_score(labels: Integers, scores: Floats) -> float:
    """The probability that a fraud scores above a legitimate row; ties count half.

    One half where only one class is present: nothing was told apart.
    """
    from scipy.stats import rankdata

    frauds = int((labels == 1).sum())
    others = len(labels) - frauds
    if not frauds or not others:
        return 0.5
    ranks = float(rankdata(scores)[labels == 1].sum())
    return (ranks - frauds * (frauds + 1) / 2) / (frauds * others)


def recall_at_precision(labels: Integers, scores: Floats, *, precision: float = 0.9) -> float:
    """The largest recall that a threshold with at least this precision reaches; 0 if none does."""
    curve = precision_recall_curve(labels, scores)
    good = curve.precision >= precision
    return float(curve.recall[good].max()) if good.any() else 0.0


def brier_loss(labels: Integers, probabilities: Floats) -> float:
    """The mean squared distance of probabilities from what happened; lower is better."""
    return float(np.mean((probabilities - labels) ** 2)) if len(labels) else 0.0


def drawn_points(curve: Curve, most: int = 100) -> list[tuple[float, float]]:
    """At most `most` (recall, precision) points for a picture, evenly spread over recall."""
    if len(curve.recall) <= most:
        chosen = np.arange(len(curve.recall))
    else:
        grid = np.linspace(curve.recall[0], curve.recall[-1], most)
        chosen = np.unique(np.searchsorted(curve.recall, grid).clip(max=len(curve.recall) - 1))
    return [
        (round(float(curve.recall[place]), 4), round(float(curve.precision[place]), 4))
        for place in chosen
    ]
