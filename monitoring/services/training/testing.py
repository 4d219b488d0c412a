"""The candidate on rows nobody has seen, beside the version that decides and beside approving."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.dataset import Dataset
from monitoring.domain.evaluation import (
    Operation,
    TestRows,
    compare,
    evaluate,
    refuse_degenerate,
)
from monitoring.services.training.learning import Learned, missed_losses, wrongful_losses
from monitoring.services.training.material import Material
from monitoring.services.vectors import vectors_of
from scoring.domain.errors import Problem
from scoring.domain.policy import costs_from_row
from scoring.models import DecisionPolicy, FeatureSetVersion
from scoring.selectors.feature_sets import feature_set_of
from scoring.services.registry import load_estimator

IMPORTANCE_ROWS = 2_000
SEED = 20180814


@dataclass(frozen=True, slots=True)
class Examined:
    """The metrics of the candidate, and of the champion on the same rows where there is one."""

    metrics: dict[str, Any]
    importances: list[dict[str, Any]]
    champion: dict[str, Any] | None

    def to_numbers(self) -> dict[str, Any]:
        """The evidence as JSON holds it."""
        return {
            "test": self.metrics,
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

    Raises `DegenerateModel` for a candidate that tells nothing apart, and `Problem`
    (`no_test_frauds`) for rows that cannot tell.
    """
    rows = material.rows("test")
    dataset, values = material.dataset.where(rows), material.values[rows]
    test_rows = _test_rows(dataset, policy)
    advice = learned.recommendation
    margins = learned.estimator.margins(values)
    candidate = Operation(
        test_rows,
        margins,
        learned.estimator.probabilities(margins),
        advice.review_threshold,
        advice.block_threshold,
    )
    metrics = evaluate(candidate)
    refuse_degenerate(candidate)
    return Examined(
        metrics, _importances(learned, values, feature_set), _champion(candidate, dataset, policy)
    )


def _test_rows(dataset: Dataset, policy: DecisionPolicy) -> TestRows:
    costs = costs_from_row(policy.costs)
    return TestRows(
        labels=dataset.labels,
        missed_losses=missed_losses(costs, dataset.amounts),
        wrongful_losses=wrongful_losses(costs, dataset.amounts),
        review_cost=float(costs.review),
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


def _champion(
    candidate: Operation, dataset: Dataset, policy: DecisionPolicy
) -> dict[str, Any] | None:
    """How the deciding version does on the same rows, and the differences with intervals."""
    version = policy.model_version
    if version is None:
        return None
    try:
        estimator = load_estimator(version)
    except Problem as problem:
        return {"number": version.number, "policy": policy.number, "unusable": problem.message}
    margins = estimator.margins(vectors_of(dataset, version.feature_set))
    champion = Operation(
        candidate.rows,
        margins,
        estimator.probabilities(margins),
        policy.review_threshold,
        policy.block_threshold,
    )
    measures = compare(champion, candidate, clusters=dataset.cards, rng=np.random.default_rng(SEED))
    until = np.datetime64(version.trained_until.replace(tzinfo=None), "us")
    return {
        "number": version.number,
        "policy": policy.number,
        "test": evaluate(champion),
        "measures": [measure.to_numbers() for measure in measures],
        # Rows from which the champion learned itself flatter it.
        "seen_rows": int((dataset.occurred_at < until).sum()),
    }
