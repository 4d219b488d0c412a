"""What is usual for the inputs of a model version, measured once."""

from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from scoring.domain.explanation.reference import reference_of, to_numbers
from scoring.models import FeatureReference, FeatureVector, ModelVersion
from scoring.selectors.feature_sets import feature_set_of

ROWS = 5000
# With fewer payments a percentile says nothing.
ENOUGH = 200


def keep_reference(*, version: ModelVersion, values: NDArray[np.float32], now: datetime) -> None:
    """Keep what a sample of vectors (n, k) says is usual; too few rows are no sample."""
    if len(values) < ENOUGH:
        return
    reference = reference_of(feature_set_of(version.feature_set), values)
    FeatureReference.objects.get_or_create(
        model_version=version,
        defaults={"numbers": to_numbers(reference), "computed_at": now},
    )


def measure_references(*, now: datetime) -> int:
    """Measure versions without a reference on the newest stored vectors; return how many."""
    measured = 0
    for version in ModelVersion.objects.filter(reference=None).select_related("feature_set"):
        values = _newest_vectors(version.feature_set_id)
        if len(values) >= ENOUGH:
            with transaction.atomic():
                keep_reference(version=version, values=values, now=now)
            measured += 1
    return measured


def _newest_vectors(feature_set_id: int) -> NDArray[np.float32]:
    """The newest vectors (n, k) of a feature set; old ones of another set are not searched far."""
    newest = FeatureVector.objects.order_by("-transaction_id").values("transaction_id")
    horizon = newest[10 * ROWS : 10 * ROWS + 1].first()
    rows = FeatureVector.objects.filter(feature_set_id=feature_set_id)
    if horizon:
        rows = rows.filter(transaction_id__gt=horizon["transaction_id"])
    found = list(rows.order_by("-transaction_id").values_list("values", flat=True)[:ROWS])
    return np.array(found, dtype=np.float32)
