"""What is usual for the inputs of a model version, read once per process."""

from datetime import datetime
from functools import lru_cache

from scoring.domain.explanation.reference import Reference, from_numbers
from scoring.models import FeatureReference, ModelVersion


def feature_reference(version: ModelVersion) -> Reference | None:
    """The reference of a version; None where it is not measured yet."""
    try:
        return _kept(version.pk, version.created_at)
    except FeatureReference.DoesNotExist:
        return None


# A reference is never edited; what does not exist yet raises, and is asked again. The moment
# tells versions of different databases apart.
@lru_cache(maxsize=16)
def _kept(model_version_id: int, created_at: datetime) -> Reference:
    return from_numbers(FeatureReference.objects.get(pk=model_version_id).numbers)
