"""A small model that is really trained, and a policy in force with it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from scoring.domain.artefact import save_artefact
from scoring.domain.estimator import Estimator, XGBoostOptions, fit
from scoring.domain.features import FeatureSet
from scoring.domain.policy import AuditRates, Costs
from scoring.models import DecisionPolicy, ModelVersion, PolicyActivation, StageChange
from scoring.selectors.feature_sets import feature_set_named
from scoring.services.features import register_feature_set

Values = NDArray[np.float32]


def example_rows(feature_set: FeatureSet, rows: int = 2000) -> tuple[Values, NDArray[np.int64]]:
    """Vectors in which fraud rises with the first feature, the amount."""
    rng = np.random.default_rng(7)
    values = rng.lognormal(3, 1.2, (rows, len(feature_set.names))).astype(np.float32)
    chance = 1 / (1 + np.exp(-(values[:, 0] - 150) / 40))
    return values, (rng.random(rows) < chance).astype(np.int64)


def trained_estimator(feature_set: FeatureSet) -> Estimator:
    """A fitted estimator over the feature set: about 20 gives 0.05, 300 gives 0.95."""
    values, labels = example_rows(feature_set)
    return fit(values, labels, options=XGBoostOptions(trees=20))


def put_into_production(*, now: datetime, feature_set: str = "card", **policy: Any) -> ModelVersion:
    """Register a trained version, make it production, and activate a policy with it."""
    features = feature_set_named(feature_set)
    estimator = trained_estimator(features)
    seal = save_artefact(
        settings.FRAUDREVIEW_MODELS,
        estimator,
        feature_set=features,
        sample=example_rows(features)[0][:5],
        secret=settings.FRAUDREVIEW_DATA_KEY.encode(),
    )
    version = ModelVersion.objects.create(
        number=ModelVersion.objects.count() + 1,
        feature_set=register_feature_set(feature_set=features, now=now),
        stage="production",
        artefact=seal.name,
        digest=seal.digest,
        signature=seal.signature,
        trained_from=now,
        trained_until=now,
        metrics={},
        created_at=now,
    )
    change = StageChange.objects.create(
        model_version=version, to_stage="production", changed_at=now, reason="The test's model."
    )
    activate_policy(now=now, model_version=version, stage_change=change, **policy)
    return version


def activate_policy(
    *, now: datetime, model_version: ModelVersion | None, stage_change: Any = None, **fields: Any
) -> DecisionPolicy:
    """Put a policy into force; fields that are not given are mild ones."""
    values: dict[str, Any] = {
        "review_threshold": 0.2,
        "block_threshold": 0.7,
        "rule": "The test's rule.",
        "costs": Costs().to_row(),
        "audit_rates": asdict(AuditRates()),
        "review_capacity": 100,
        "review_minutes": 60,
        "timeout_action": "release",
        "fallback_outcome": "review",
        "over_capacity_outcome": "approve",
        **fields,
    }
    policy = DecisionPolicy.objects.create(
        number=DecisionPolicy.objects.count() + 1,
        model_version=model_version,
        created_at=now,
        **values,
    )
    PolicyActivation.objects.create(
        policy=policy, stage_change=stage_change, activated_at=now, reason="The test's policy."
    )
    return policy
