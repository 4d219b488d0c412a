"""The candidate on rows nobody has seen, beside the version that decides and beside approving."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.dataset import Dataset
from monitoring.domain.evaluation import (
    Operation,
    TestRows,
    evaluate,
    evaluate_slice,
    refuse_degenerate,
)
from monitoring.services.training.champion import SEED, compare_with_champion
from monitoring.services.training.learning import Learned, missed_losses, wrongful_losses
from monitoring.services.training.material import Material
from scoring.domain.policy import costs_from_row
from scoring.models import DecisionPolicy, FeatureSetVersion
from scoring.selectors.feature_sets import feature_set_of

IMPORTANCE_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Examined:
    """The metrics of the candidate on all later rows and on those of the evaluation slice.

    `champion` is how the deciding version did on those of the rows that it has not learned from,
    where there is one.
    """

    metrics: dict[str, Any]
    slice: Mapping[str, Any]
    importances: list[dict[str, Any]]
    champion: dict[str, Any] | None

    def to_numbers(self) -> dict[str, Any]:
        """The evidence as JSON holds it."""
        return {
            "test": self.metrics,
            "slice": self.slice,
            "importances": self.importances,
            "champion": self.champion,
        }


def examine(
    learned: Learned,
    material: Material,
    *,
    policy: DecisionPolicy,
    feature_set: FeatureSetVersion,
) -> Examined:
    """Return the evidence of the test rows.

    They are all payments of the last period, because a tenth of the customers alone would leave
    wide intervals; the slice, whose customers the candidate has not seen either, stands beside
    them: where it is clearly worse there, it knows customers by heart. Raises `DegenerateModel` for
    a candidate that tells nothing apart, `Problem` (`no_test_frauds`) for rows that cannot tell.
    """
    rows = material.rows("test")
    dataset, values = material.dataset.where(rows), material.values[rows]
    advice = learned.recommendation
    margins = learned.estimator.margins(values)
    candidate = Operation(
        _test_rows(dataset, policy),
        margins,
        learned.estimator.probabilities(margins),
        advice.review_threshold,
        advice.block_threshold,
    )
    metrics = evaluate(candidate)
    refuse_degenerate(candidate)
    return Examined(
        {**metrics, "weighted": int((dataset.weights > 1).sum())},
        _on_slice(candidate, dataset),
        _importances(learned, values, feature_set),
        compare_with_champion(candidate, dataset, policy),
    )


def _on_slice(operation: Operation, dataset: Dataset) -> Mapping[str, Any]:
    kept = dataset.evaluation_only
    return evaluate_slice(
        operation.where(kept), clusters=dataset.cards[kept], rng=np.random.default_rng(SEED)
    )


def _test_rows(dataset: Dataset, policy: DecisionPolicy) -> TestRows:
    costs = costs_from_row(policy.costs)
    return TestRows(
        labels=dataset.labels,
        missed_losses=missed_losses(costs, dataset.amounts),
        wrongful_losses=wrongful_losses(costs, dataset.amounts),
        review_cost=float(costs.review),
        weights=dataset.weights,
    )


def _importances(
    learned: Learned, values: NDArray[np.float32], feature_set: FeatureSetVersion
) -> list[dict[str, Any]]:
    """The mean size of each input's contribution on test rows, as shares, largest first."""
    chosen = values[:: max(1, len(values) // IMPORTANCE_ROWS)][:IMPORTANCE_ROWS]
    sizes = np.abs(learned.estimator.contributions(chosen)[:, :-1]).mean(axis=0)
    shares = sizes / sizes.sum() if sizes.sum() > 0 else sizes
    names = feature_set_of(feature_set).names
    told = [
        {"feature": name, "share": float(share)} for name, share in zip(names, shares, strict=True)
    ]
    return sorted(told, key=lambda entry: -float(entry["share"]))
