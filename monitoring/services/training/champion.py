"""The deciding version beside the candidate, on rows that neither has learned from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.dataset import Dataset, slice_mark, utc_moment
from monitoring.domain.evaluation import Operation, compare, evaluate
from monitoring.services.vectors import vectors_of
from scoring.domain.errors import Problem
from scoring.models import DecisionPolicy, ModelVersion
from scoring.selectors.secrets import data_key
from scoring.services.registry import load_estimator

SEED = 20180814


def compare_with_champion(
    candidate: Operation, dataset: Dataset, policy: DecisionPolicy
) -> dict[str, Any] | None:
    """How the deciding version does on the candidate's test rows, and the differences.

    Rows from which it learned itself would flatter it, so they are left out for both: rows of its
    own learning periods, unless of customers that it left out. None without a deciding version.
    """
    version = policy.model_version
    if version is None:
        return None
    told: dict[str, Any] = {"number": version.number, "policy": policy.number}
    unseen = ~_learned_from(version, dataset)
    left_out = int((~unseen).sum())
    if not (dataset.labels[unseen] == 1).any():
        message = f"v{version.number} has learned from all {left_out:,} test payments with fraud."
        return {**told, "unusable": message}
    try:
        champion = _operation(version, candidate.where(unseen), dataset.where(unseen), policy)
    except Problem as problem:
        return {**told, "unusable": problem.message}
    return {**told, **_compared(champion, candidate.where(unseen), dataset.where(unseen), left_out)}


def _compared(
    champion: Operation, candidate: Operation, dataset: Dataset, left_out: int
) -> dict[str, Any]:
    return {
        "test": evaluate(champion),
        "measures": _measures(champion, candidate, dataset, np.ones(len(dataset), dtype=bool)),
        "slice_measures": _measures(champion, candidate, dataset, dataset.evaluation_only),
        "seen_rows": 0,
        "left_out_rows": left_out,
        "weighted": int((dataset.weights > 1).sum()),
    }


def _measures(
    champion: Operation, candidate: Operation, dataset: Dataset, mask: NDArray[np.bool_]
) -> list[dict[str, Any]]:
    """The paired differences on some rows; none where there are none."""
    if not mask.any():
        return []
    measures = compare(
        champion.where(mask),
        candidate.where(mask),
        clusters=dataset.cards[mask],
        rng=np.random.default_rng(SEED),
    )
    return [measure.to_numbers() for measure in measures]


def _operation(
    version: ModelVersion, candidate: Operation, dataset: Dataset, policy: DecisionPolicy
) -> Operation:
    estimator = load_estimator(version)
    margins = estimator.margins(vectors_of(dataset, version.feature_set))
    return Operation(
        candidate.rows,
        margins,
        estimator.probabilities(margins),
        policy.review_threshold,
        policy.block_threshold,
    )


def _learned_from(version: ModelVersion, dataset: Dataset) -> NDArray[np.bool_]:
    """Which rows (n,) a version may have learned from."""
    within = (dataset.occurred_at >= utc_moment(version.trained_from)) & (
        dataset.occurred_at < utc_moment(version.trained_until)
    )
    # Versions that are older than the slice, or had another one, left out nobody of it.
    same = version.metrics.get("dataset", {}).get("evaluation_slice") == slice_mark(data_key())
    return within & ~dataset.evaluation_only if same else within
