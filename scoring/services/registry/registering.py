"""A trained estimator becomes a model version: its artefact sealed, its evidence kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from numpy.typing import NDArray

from scoring.domain.artefact import save_artefact
from scoring.domain.estimator import Estimator
from scoring.models import FeatureSetVersion, ModelVersion, Stage, StageChange
from scoring.selectors.feature_sets import feature_set_of
from scoring.services.references import keep_reference
from scoring.services.registry.locking import lock_registry
from scoring.services.webhooks.announcing import announce_stage_change


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a version was trained on and how it did on rows it had not seen.

    `sample` (m, k) are a few feature vectors; the artefact keeps their margins and contributions.
    `reference` (n, k) are many that stand for the payments it learned from: explanations say by
    them how unusual a value is. Without them a sweep takes stored vectors.
    """

    trained_from: datetime
    trained_until: datetime
    metrics: Mapping[str, Any]
    recommended_policy: Mapping[str, Any]
    sample: NDArray[np.float32]
    reference: NDArray[np.float32] | None = None


def register_version(
    *,
    estimator: Estimator,
    feature_set: FeatureSetVersion,
    evidence: Evidence,
    by: User | None,
    reason: str,
    now: datetime,
) -> ModelVersion:
    """Return a new candidate with the next number; its artefact lies complete in the storage."""
    seal = save_artefact(
        settings.FRAUDREVIEW_MODELS,
        estimator,
        feature_set=feature_set_of(feature_set),
        sample=evidence.sample,
        secret=settings.FRAUDREVIEW_DATA_KEY.encode(),
    )
    with transaction.atomic():
        lock_registry()
        version = ModelVersion.objects.create(
            number=_next_number(),
            feature_set=feature_set,
            artefact=seal.name,
            digest=seal.digest,
            signature=seal.signature,
            trained_from=evidence.trained_from,
            trained_until=evidence.trained_until,
            metrics=dict(evidence.metrics),
            recommended_policy=dict(evidence.recommended_policy),
            created_at=now,
            created_by=by,
        )
        change = StageChange.objects.create(
            model_version=version,
            to_stage=Stage.CANDIDATE,
            changed_at=now,
            changed_by=by,
            reason=reason,
        )
        if evidence.reference is not None:
            keep_reference(version=version, values=evidence.reference, now=now)
        announce_stage_change(change)
    return version


def _next_number() -> int:
    newest: int | None = ModelVersion.objects.aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1
