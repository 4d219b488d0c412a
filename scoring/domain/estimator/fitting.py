"""Fitting: rows and labels in, an estimator out."""

import numpy as np
from numpy.typing import NDArray

from scoring.domain.errors import Problem
from scoring.domain.estimator.calibration import Floats, Integers, choose_calibration
from scoring.domain.estimator.logistic import fit_logistic
from scoring.domain.estimator.model import Estimator
from scoring.domain.estimator.options import LogisticOptions, Options, XGBoostOptions
from scoring.domain.estimator.trees import Progress, fit_trees

Values = NDArray[np.float32]


def fit(
    values: Values,
    labels: Integers,
    *,
    options: Options | None = None,
    weights: Floats | None = None,
    validation: tuple[Values, Integers] | None = None,
    progress: Progress | None = None,
) -> Estimator:
    """An estimator fitted on rows (n, k), labels (n,) of 0 and 1 and weights (n,).

    It is not calibrated yet. `validation` rows stop boosted trees early where the options ask for
    it; `progress` is called with the number of finished trees. Raises `Problem`: `no_rows`,
    `one_class` (nothing to tell apart), `not_finite`.
    """
    _refuse_unusable(values, labels)
    chosen = options or XGBoostOptions()
    if isinstance(chosen, LogisticOptions):
        return Estimator(fit_logistic(values, labels, chosen, weights=weights))
    return Estimator(
        fit_trees(values, labels, chosen, weights=weights, validation=validation, progress=progress)
    )


def calibrate(estimator: Estimator, values: Values, labels: Integers) -> Estimator:
    """The estimator with the calibration that suits these rows, which it must not have seen."""
    if len(values) == 0:
        return estimator
    return estimator.with_calibration(choose_calibration(estimator.margins(values), labels))


def _refuse_unusable(values: Values, labels: Integers) -> None:
    if len(values) == 0:
        raise Problem("no_rows", "There are no rows to learn from.")
    frauds = int(labels.sum())
    if frauds in (0, len(labels)):
        kind = "fraud" if frauds else "legitimate"
        raise Problem("one_class", f"All {len(labels):,} training rows are {kind}.")
    if np.isinf(values).any():
        raise Problem("not_finite", "A training row holds an infinite value.")
