"""Feature vectors in the order of a dataset."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.dataset import Dataset
from scoring.models import FeatureSetVersion
from scoring.services.features import ensure_vectors


@dataclass(frozen=True, eq=False)
class GatheredVectors:
    """Vectors (n, k): those that decisions or earlier runs had `stored`, and those computed now."""

    values: NDArray[np.float32]
    stored: int
    computed: int


def gather_vectors(
    dataset: Dataset,
    feature_set: FeatureSetVersion,
    *,
    progress: Callable[[int], object] | None = None,
) -> GatheredVectors:
    """Return the vectors of a dataset's payments, row by row; missing ones are computed and stored.

    `progress` is called with the number of payments of each finished slice.
    """
    vectors = ensure_vectors(
        transaction_ids=dataset.transaction_ids, feature_set=feature_set, progress=progress
    )
    places = np.searchsorted(vectors.transaction_ids, dataset.transaction_ids)
    values = np.asarray(vectors.values[places], dtype=np.float32)
    return GatheredVectors(
        values, len(vectors.transaction_ids) - vectors.computed, vectors.computed
    )


def vectors_of(
    dataset: Dataset,
    feature_set: FeatureSetVersion,
    *,
    progress: Callable[[int], object] | None = None,
) -> NDArray[np.float32]:
    """Return the vectors (n, k) alone."""
    return gather_vectors(dataset, feature_set, progress=progress).values
