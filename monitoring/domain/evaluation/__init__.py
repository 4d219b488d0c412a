"""How good a model is on rows it has not seen."""

from monitoring.domain.evaluation.cards import card_precision_at
from monitoring.domain.evaluation.comparison import compare
from monitoring.domain.evaluation.confusion import Confusion, classification_report
from monitoring.domain.evaluation.operating import Operation, TestRows, always_approve
from monitoring.domain.evaluation.ranking import (
    Curve,
    average_precision_score,
    brier_loss,
    drawn_points,
    precision_recall_curve,
    recall_at_precision,
    roc_auc_score,
)
from monitoring.domain.evaluation.slice import evaluate_slice
from monitoring.domain.evaluation.summary import DegenerateModel, evaluate, refuse_degenerate

__all__ = [
    "Confusion",
    "Curve",
    "DegenerateModel",
    "Operation",
    "TestRows",
    "always_approve",
    "average_precision_score",
    "brier_loss",
    "card_precision_at",
    "classification_report",
    "compare",
    "drawn_points",
    "evaluate",
    "evaluate_slice",
    "precision_recall_curve",
    "recall_at_precision",
    "refuse_degenerate",
    "roc_auc_score",
]
