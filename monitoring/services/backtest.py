"""How good a model would have been: train on a week, wait for its labels, test on the next."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.dataset import Dataset, Fold, drop_known_compromised
from monitoring.domain.evaluation import (
    average_precision_score,
    brier_loss,
    card_precision_at,
    recall_at_precision,
    roc_auc_score,
)
from monitoring.selectors.dataset import payments_between
from monitoring.services.vectors import vectors_of
from scoring.domain.errors import FieldError, InvalidRecord, Problem
from scoring.domain.estimator import Options, XGBoostOptions, fit
from scoring.models import FeatureSetVersion
from scoring.selectors.feature_sets import feature_set_named
from scoring.services.features import register_feature_set

MOST_DAYS = 3660
MOST_FOLDS = 520
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class BacktestPlan:
    """Fold i starts i times `test_days` after `train_start`; days are those of UTC."""

    train_start: date
    train_days: int
    delay_days: int
    test_days: int
    folds: int = 1
    feature_set: str = "default"
    options: Options = field(default_factory=XGBoostOptions)
    drop_known_compromised: bool = False

    def fold(self, number: int) -> Fold:
        """One fold in days since 1970."""
        first = (self.train_start - date(1970, 1, 1)).days + number * self.test_days
        return Fold(first, self.train_days, self.delay_days, self.test_days)


@dataclass(frozen=True, slots=True)
class FoldResult:
    """What one fold had and what its model reached; seconds are measured."""

    train_rows: int
    train_frauds: int
    test_rows: int
    test_frauds: int
    average_precision: float
    roc_auc: float
    card_precision_at_100: float
    recall_at_precision_90: float
    brier: float
    fit_seconds: float
    feature_seconds: float

    def to_numbers(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return asdict(self)


def backtest(
    *, plan: BacktestPlan, now: datetime, progress: Progress | None = None
) -> list[FoldResult]:
    """Return one result for each fold, with the labels known `now`.

    `progress` is called with the number of payments whose vectors are there. Raises `Problem`:
    `invalid` for impossible days or folds, `no_rows`, `one_class`, those of reading a feature set.
    """
    _refuse_impossible(plan)
    stored = register_feature_set(feature_set=feature_set_named(plan.feature_set), now=now)
    dataset = payments_between(*_window(plan), as_of=now).labelled()
    return [
        _tested(plan.fold(number), plan, dataset, stored, progress) for number in range(plan.folds)
    ]


def mean_of(results: list[FoldResult]) -> dict[str, float]:
    """Return the mean of every number over the folds."""
    names = [column.name for column in fields(FoldResult)]
    return {name: float(np.mean([getattr(result, name) for result in results])) for name in names}


def _refuse_impossible(plan: BacktestPlan) -> None:
    limits = {
        "train_days": (1, MOST_DAYS),
        "delay_days": (0, MOST_DAYS),
        "test_days": (1, MOST_DAYS),
        "folds": (1, MOST_FOLDS),
    }
    faults = [
        FieldError(name, "invalid", f"{name} lies between {low} and {high}")
        for name, (low, high) in limits.items()
        if not low <= getattr(plan, name) <= high
    ]
    if faults:
        raise InvalidRecord(faults, "; ".join(fault.message for fault in faults) + ".")


def _window(plan: BacktestPlan) -> tuple[datetime, datetime]:
    start = datetime.combine(plan.train_start, datetime.min.time(), UTC)
    days = plan.train_days + plan.delay_days + plan.folds * plan.test_days
    try:
        return start, start + timedelta(days=days)
    except OverflowError:
        raise Problem("invalid", "The last test day lies beyond all calendars.") from None


def _tested(
    fold: Fold,
    plan: BacktestPlan,
    dataset: Dataset,
    feature_set: FeatureSetVersion,
    progress: Progress | None,
) -> FoldResult:
    train = fold.train(dataset.days)
    test = fold.test(dataset.days)
    if plan.drop_known_compromised:
        test = drop_known_compromised(fold, dataset.days, dataset.cards, dataset.labels)
    _refuse_empty(fold, train, test)
    started = time.perf_counter()
    values = vectors_of(dataset.where(train | test), feature_set, progress=progress)
    computed = time.perf_counter()
    used = train[train | test]
    estimator = fit(values[used], dataset.labels[train], options=plan.options)
    fitted = time.perf_counter()
    margins = estimator.margins(values[~used])
    tested = dataset.where(test)
    return FoldResult(
        train_rows=int(train.sum()),
        train_frauds=int(dataset.labels[train].sum()),
        test_rows=len(tested),
        test_frauds=tested.frauds,
        **_metrics(tested, margins, estimator.probabilities(margins)),
        fit_seconds=round(fitted - computed, 3),
        feature_seconds=round(computed - started, 3),
    )


def _refuse_empty(fold: Fold, train: NDArray[np.bool_], test: NDArray[np.bool_]) -> None:
    for name, rows, day in (
        ("training", train, fold.train_start),
        ("test", test, fold.test_start),
    ):
        if not rows.any():
            start = date(1970, 1, 1) + timedelta(days=day)
            raise Problem("no_rows", f"No labelled payment for the {name} that starts {start}.")


def _metrics(
    tested: Dataset, margins: NDArray[np.float64], probabilities: NDArray[np.float64]
) -> dict[str, float]:
    labels = tested.labels
    return {
        "average_precision": average_precision_score(labels, margins),
        "roc_auc": roc_auc_score(labels, margins),
        "card_precision_at_100": card_precision_at(labels, margins, tested.cards, tested.days),
        "recall_at_precision_90": recall_at_precision(labels, margins),
        "brier": brier_loss(labels, probabilities),
    }
