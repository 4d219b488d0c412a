"""Fit, calibrate and choose thresholds, each on rows of its own."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitoring.services.training.material import Material
from monitoring.services.training.progress import Progress
from scoring.domain.estimator import (
    Estimator,
    Options,
    XGBoostOptions,
    calibrate,
    fit,
)
from scoring.domain.estimator.options import options_to_numbers
from scoring.domain.policy import Costs, costs_from_row
from scoring.domain.thresholds import HeldOut, Recommendation, recommend_thresholds
from scoring.models import DecisionPolicy

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Learned:
    """A calibrated estimator and the thresholds that its held-out rows recommend."""

    estimator: Estimator
    recommendation: Recommendation
    options: Options

    def to_numbers(self) -> dict[str, Any]:
        """How it was learned, as JSON holds it."""
        return {
            "estimator": options_to_numbers(self.options),
            "calibration": self.estimator.calibration.method,
        }


def learn(
    material: Material, *, options: Options, policy: DecisionPolicy, progress: Progress
) -> Learned:
    """Return what the parts fit, calibrate and thresholds teach; costs are those of `policy`."""
    estimator = _fitted(material, options, progress)
    progress.step("Calibrating probabilities", 0.76)
    held_out = material.rows("calibrate")
    estimator = calibrate(estimator, material.values[held_out], material.dataset.labels[held_out])
    progress.step("Choosing thresholds", 0.79)
    return Learned(estimator, _recommended(material, estimator, policy), options)


def _fitted(material: Material, options: Options, progress: Progress) -> Estimator:
    rows = material.rows("fit")
    weights = material.dataset.weights[rows]
    total = options.trees if isinstance(options, XGBoostOptions) else 1
    count = progress.counter("Fitting trees", 0.5, 0.75, total)
    return fit(
        material.values[rows],
        material.dataset.labels[rows],
        options=options,
        # All equal: then the sketch of the bins is that of unweighted rows, to the last bit.
        weights=None if np.ptp(weights) == 0 else weights,
        progress=lambda _: count(1),
    )


def _recommended(
    material: Material, estimator: Estimator, policy: DecisionPolicy
) -> Recommendation:
    rows = material.rows("thresholds")
    costs = costs_from_row(policy.costs)
    amounts = material.dataset.amounts[rows]
    return recommend_thresholds(
        HeldOut(
            probabilities=estimator.probabilities(estimator.margins(material.values[rows])),
            labels=material.dataset.labels[rows],
            missed_losses=missed_losses(costs, amounts),
            wrongful_losses=wrongful_losses(costs, amounts),
            # People review all payments, labelled or not, those of the evaluation slice too.
            days=material.split.days("thresholds") * material.labelled_share * _kept(material),
        ),
        review_cost=float(costs.review),
        capacity=policy.review_capacity,
    )


def _kept(material: Material) -> float:
    """The share of the labelled payments of that time that is not of the evaluation slice."""
    within = material.split.part("thresholds", material.dataset.occurred_at)
    return float(material.rows("thresholds").sum() / max(within.sum(), 1))


def missed_losses(costs: Costs, amounts: Floats) -> Floats:
    """What each payment (n,) costs if it is fraud and approved."""
    return amounts * float(costs.loss_share) + float(costs.chargeback_fee)


def wrongful_losses(costs: Costs, amounts: Floats) -> Floats:
    """What each payment (n,) costs if it is legitimate and declined."""
    return amounts * float(costs.margin_share) + float(costs.churn_cost)
