"""One small type for everything that can score, whatever fitted it."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from scoring.domain.errors import Problem
from scoring.domain.estimator.calibration import Calibration, Floats
from scoring.domain.estimator.logistic import LogisticModel
from scoring.domain.estimator.trees import TreeModel

Values = NDArray[np.float32]


class Model(Protocol):
    """A fitted model without its calibration."""

    kind: ClassVar[str]

    @property
    def width(self) -> int:
        """How many inputs a row has."""

    def margins(self, values: Values) -> Floats:
        """Log odds before calibration, (n,)."""

    def contributions(self, values: Values) -> Floats:
        """(n, width + 1): what each input adds to the margin, then the base value."""

    def to_bytes(self) -> bytes:
        """The model as its artefact keeps it."""


@dataclass(frozen=True, eq=False)
class Estimator:
    """A fitted model and the calibration that belongs to it.

    Rank by `margins`: a calibration may flatten parts of the scale. A missing value is NaN.
    """

    model: Model
    calibration: Calibration = field(default_factory=Calibration)

    @property
    def kind(self) -> str:
        """`xgboost` or `logistic`."""
        return self.model.kind

    @property
    def width(self) -> int:
        """How many inputs a row has."""
        return self.model.width

    def margins(self, values: Values) -> Floats:
        """Log odds before calibration, (n,), of rows (n, width).

        Raises `Problem` (`feature_count`) for rows of another width.
        """
        return self.model.margins(self._checked(values))

    def probabilities(self, margins: Floats) -> Floats:
        """Calibrated probabilities of fraud in [0, 1], shaped like `margins`."""
        return self.calibration(margins)

    def contributions(self, values: Values) -> Floats:
        """(n, width + 1): what each input adds to the margin, then the base value.

        Every row sums to its margin, up to the rounding of float32.
        """
        return self.model.contributions(self._checked(values))

    def with_calibration(self, calibration: Calibration) -> "Estimator":
        """The same model with another calibration."""
        return replace(self, calibration=calibration)

    def _checked(self, values: Values) -> Values:
        if values.ndim != 2 or values.shape[1] != self.width:
            raise Problem(
                "feature_count",
                f"This model takes rows of {self.width} inputs, not an array of {values.shape}.",
            )
        return values


def read_model(kind: str, data: bytes) -> Model:
    """The model that `Model.to_bytes` wrote.

    Only for bytes whose signature was verified. Raises `Problem` (`unknown_model`).
    """
    if kind == TreeModel.kind:
        return TreeModel.from_bytes(data)
    if kind == LogisticModel.kind:
        return LogisticModel.from_bytes(data)
    raise Problem("unknown_model", f"There is no such model: {kind}.")
