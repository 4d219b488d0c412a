"""Logistic regression on standardised inputs: the baseline that trees have to beat."""

import json
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from scoring.domain.estimator.calibration import Floats, Integers
from scoring.domain.estimator.options import LogisticOptions

Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LogisticModel:
    """Coefficients of standardised inputs; a missing value counts as the training mean."""

    kind: ClassVar[str] = "logistic"

    means: Floats
    scales: Floats
    coefficients: Floats
    intercept: float

    @property
    def width(self) -> int:
        """How many inputs a row has."""
        return len(self.coefficients)

    def margins(self, values: Values) -> Floats:
        """Log odds before calibration, (n,)."""
        margins: Floats = standardised(values, self.means, self.scales) @ self.coefficients
        return margins + self.intercept

    def contributions(self, values: Values) -> Floats:
        """(n, width + 1): what each input adds to the margin, then the base value."""
        parts = standardised(values, self.means, self.scales) * self.coefficients
        return np.column_stack([parts, np.full(len(parts), self.intercept)])

    def to_bytes(self) -> bytes:
        """The coefficients as JSON."""
        numbers = {
            "means": self.means.tolist(),
            "scales": self.scales.tolist(),
            "coefficients": self.coefficients.tolist(),
            "intercept": self.intercept,
        }
        return json.dumps(numbers).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "LogisticModel":
        """The coefficients that `to_bytes` wrote."""
        numbers = json.loads(data)
        means, scales, coefficients = (
            np.asarray(numbers[name], dtype=np.float64)
            for name in ("means", "scales", "coefficients")
        )
        return cls(means, scales, coefficients, float(numbers["intercept"]))


def standardised(values: Values, means: Floats, scales: Floats) -> Floats:
    """Rows (n, k) in standard deviations from the mean, 0 where a value is missing."""
    centred = (values.astype(np.float64) - means) / scales
    return np.nan_to_num(centred, nan=0.0, copy=False)


def fit_logistic(
    values: Values, labels: Integers, options: LogisticOptions, *, weights: Floats | None = None
) -> LogisticModel:
    """Logistic regression fitted on rows (n, k) and labels (n,)."""
    from sklearn.linear_model import LogisticRegression

    means, scales = _moments(values)
    model = LogisticRegression(C=options.inverse_penalty, max_iter=options.iterations)
    model.fit(standardised(values, means, scales), labels, sample_weight=weights)
    return LogisticModel(means, scales, model.coef_[0], float(model.intercept_[0]))


def _moments(values: Values) -> tuple[Floats, Floats]:
    """Mean and standard deviation by column; an empty or constant column gets 0 and 1."""
    present = ~np.isnan(values)
    counts = np.maximum(present.sum(axis=0), 1)
    filled = np.where(present, values, 0.0).astype(np.float64)
    means = filled.sum(axis=0) / counts
    squares = np.where(present, (filled - means) ** 2, 0.0).sum(axis=0) / counts
    scales = np.sqrt(squares)
    return means, np.where(scales > 1e-12, scales, 1.0)
