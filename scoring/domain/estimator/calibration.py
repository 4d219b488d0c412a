"""From margins to probabilities that mean what they say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int8]

# Isotonic steps fitted on fewer frauds cost average precision and jump between reviews.
ISOTONIC_FRAUDS = 1_000
SIGMOID_FRAUDS = 20
BLOCKS = 5


@dataclass(frozen=True, eq=False)
class Calibration:
    """Plain numbers that map margins to probabilities.

    `method` is `none` (the margin is the log odds), `sigmoid` (`slope` and `intercept` on the log
    odds) or `isotonic` (straight lines between the rows of `knots`: margin, probability).
    """

    method: str = "none"
    slope: float = 1.0
    intercept: float = 0.0
    knots: Floats | None = None

    def __call__(self, margins: Floats) -> Floats:
        """Probabilities of fraud in [0, 1], shaped like `margins`."""
        if self.knots is not None:
            return np.interp(margins, self.knots[:, 0], self.knots[:, 1])
        return sigmoid(self.slope * margins + self.intercept)

    def to_numbers(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        if self.knots is not None:
            return {"method": self.method, "knots": self.knots.tolist()}
        return {"method": self.method, "slope": self.slope, "intercept": self.intercept}

    @classmethod
    def from_numbers(cls, numbers: Mapping[str, Any]) -> "Calibration":
        """The calibration that `to_numbers` wrote."""
        if numbers["method"] == "isotonic":
            return cls("isotonic", knots=np.asarray(numbers["knots"], dtype=np.float64))
        return cls(numbers["method"], float(numbers["slope"]), float(numbers["intercept"]))


def sigmoid(log_odds: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow for any finite x."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(log_odds, dtype=np.float64)))


def log_loss(labels: Integers, probabilities: Floats) -> float:
    """The mean of -log(probability given to what happened); lower is better.

    >>> round(log_loss(np.array([0, 1], np.int8), np.array([0.1, 0.9])), 4)
    0.1054
    """
    clipped = np.clip(probabilities, 1e-15, 1.0 - 1e-15)
    return float(-np.mean(np.where(labels == 1, np.log(clipped), np.log1p(-clipped))))


def choose_calibration(margins: Floats, labels: Integers) -> Calibration:
    """The method with the lowest log loss on rows it was not fitted on, fitted on all rows.

    Rows are in time order and held out in five contiguous blocks. Too few frauds rule methods out:
    sigmoid needs 20, isotonic 1,000.
    """
    methods = _eligible(int(labels.sum()))
    losses = {name: _held_out_loss(method, margins, labels) for name, method in methods.items()}
    best = min(losses, key=lambda name: losses[name])
    return methods[best](margins, labels)


Method = Callable[[Floats, Integers], Calibration]


def _eligible(frauds: int) -> dict[str, Method]:
    methods: dict[str, Method] = {"none": _fit_none}
    if frauds >= SIGMOID_FRAUDS:
        methods["sigmoid"] = _fit_sigmoid
    if frauds >= ISOTONIC_FRAUDS:
        methods["isotonic"] = _fit_isotonic
    return methods


def _held_out_loss(method: Method, margins: Floats, labels: Integers) -> float:
    probabilities = np.empty_like(margins)
    for held_out in np.array_split(np.arange(len(margins)), BLOCKS):
        rest = np.ones(len(margins), dtype=bool)
        rest[held_out] = False
        probabilities[held_out] = method(margins[rest], labels[rest])(margins[held_out])
    return log_loss(labels, probabilities)


def _fit_none(margins: Floats, labels: Integers) -> Calibration:
    return Calibration()


def _fit_sigmoid(margins: Floats, labels: Integers) -> Calibration:
    """Platt's fit by Newton's method, with his smoothed targets."""
    frauds = float(labels.sum())
    high, low = (frauds + 1) / (frauds + 2), 1 / (len(labels) - frauds + 2)
    targets = np.where(labels == 1, high, low)
    design = np.column_stack([margins, np.ones_like(margins)])
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        step = _newton_step(design, targets, weights)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-9:
            break
    # A falling line would turn the ranking around: then the margins say nothing to calibrate.
    usable = bool(np.isfinite(weights).all()) and weights[0] > 0
    return Calibration("sigmoid", float(weights[0]), float(weights[1])) if usable else Calibration()


def _newton_step(design: Floats, targets: Floats, weights: Floats) -> Floats:
    probabilities = sigmoid(design @ weights)
    slopes = np.maximum(probabilities * (1 - probabilities), 1e-12)
    curvature = (design * slopes[:, None]).T @ design + 1e-9 * np.eye(2)
    step = np.asarray(np.linalg.solve(curvature, design.T @ (targets - probabilities)), np.float64)
    # Far from the optimum Newton overshoots: no step moves slope or intercept by more than one.
    return step / max(1.0, float(np.abs(step).max()))


def _fit_isotonic(margins: Floats, labels: Integers) -> Calibration:
    from scipy.optimize import isotonic_regression

    order = np.argsort(margins, kind="stable")
    levels = isotonic_regression(labels[order].astype(np.float64)).x
    # No finite sample proves a probability of exactly 0 or 1.
    edge = 1.0 / (len(labels) + 2)
    knots = np.column_stack([margins[order], np.clip(levels, edge, 1.0 - edge)])
    return Calibration("isotonic", knots=_corners(knots))


def _corners(knots: Floats) -> Floats:
    """Only the first and last knot of every level, at most one for every margin."""
    _, last = np.unique(knots[::-1, 0], return_index=True)
    knots = knots[::-1][last]
    levels = knots[:, 1]
    inner = (levels[1:-1] == levels[:-2]) & (levels[1:-1] == levels[2:])
    keep: NDArray[np.bool_] = (
        np.concatenate([[True], ~inner, [True]])
        if len(knots) > 2
        else (np.ones(len(knots), dtype=bool))
    )
    return knots[keep]
