"""Everything that is told of one model on its test rows. Accuracy is not among it."""

from typing import Any

import numpy as np

from monitoring.domain.evaluation.confusion import Confusion, classification_report
from monitoring.domain.evaluation.operating import Operation, always_approve
from monitoring.domain.evaluation.ranking import (
    average_precision_score,
    brier_loss,
    drawn_points,
    precision_recall_curve,
    recall_at_precision,
    roc_auc_score,
)
from scoring.domain.errors import Problem
from scoring.domain.estimator import log_loss
from scoring.domain.intervals import wilson_interval


class DegenerateModel(Problem):
    """A model that tells nothing apart is not registered."""

    def __init__(self, message: str) -> None:
        super().__init__("degenerate_model", message)


def refuse_degenerate(operation: Operation) -> None:
    """Nothing, or `DegenerateModel`: equal scores, one class predicted, no better than chance."""
    labels = operation.rows.labels
    if np.ptp(operation.margins) == 0:
        raise DegenerateModel("The model gives every test payment the same score.")
    if not operation.flagged.any():
        raise DegenerateModel("The model flags no test payment: it is as good as always approving.")
    if operation.flagged.all():
        raise DegenerateModel("The model flags every test payment.")
    if average_precision_score(labels, operation.margins) <= float(labels.mean()):
        raise DegenerateModel("The model ranks frauds no better than chance.")


def evaluate(operation: Operation) -> dict[str, Any]:
    """Metrics of a model on its test rows, beside those of always approving, as JSON holds them.

    `blocked` counts what it would block as predicted fraud, `flagged` what it would block or
    review. Raises `Problem` (`no_test_frauds`) where the test rows cannot tell anything.
    """
    labels = operation.rows.labels
    if not (labels == 1).any():
        raise Problem(
            "no_test_frauds", f"None of the {len(labels):,} test payments is known to be fraud."
        )
    return {
        **_metrics(operation),
        "curve": drawn_points(precision_recall_curve(labels, operation.margins)),
        "baseline": _metrics(always_approve(operation.rows)),
    }


def _metrics(operation: Operation) -> dict[str, Any]:
    labels, margins = operation.rows.labels, operation.margins
    return {
        "rows": len(labels),
        "frauds": int((labels == 1).sum()),
        "prevalence": float((labels == 1).mean()),
        "average_precision": average_precision_score(labels, margins),
        "roc_auc": roc_auc_score(labels, margins),
        "recall_at_precision_90": recall_at_precision(labels, margins),
        "brier_loss": brier_loss(labels, operation.probabilities),
        "log_loss": log_loss(labels, operation.probabilities),
        "cost_per_1000": float(1000 * operation.costs.mean()),
        "reviews_per_1000": float(1000 * operation.reviewed.mean()),
        "blocked": _predicted(Confusion.count(labels, operation.blocked)),
        "flagged": _predicted(Confusion.count(labels, operation.flagged)),
    }


def _predicted(confusion: Confusion) -> dict[str, Any]:
    """The matrix, the report per class, and three rates with their 95 % intervals."""
    return {
        "confusion": confusion.to_numbers(),
        "report": classification_report(confusion),
        "precision": _rate(confusion.true_positives, confusion.flagged),
        "recall": _rate(confusion.true_positives, confusion.frauds),
        "fpr": _rate(confusion.false_positives, confusion.legitimate),
    }


def _rate(part: int, whole: int) -> dict[str, float | int | None]:
    low, high = wilson_interval(part, whole)
    return {"estimate": part / whole if whole else None, "low": low, "high": high, "n": whole}
