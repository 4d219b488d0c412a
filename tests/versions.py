"""Small, really trained model versions."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from scoring.domain.estimator import Estimator, XGBoostOptions, fit
from scoring.models import DecisionPolicy, ModelVersion
from scoring.selectors.feature_sets import feature_set_of
from scoring.selectors.policies import active_policy
from scoring.services.policies import create_policy, draft_for
from scoring.services.registry import Evidence, promote, register_version
from tests.histories import stored_feature_set

REASON = "Better than the one before on the same payments."
RULE = "Thresholds chosen by hand for a test of the rules."


@lru_cache
def estimator_of(width: int, seed: int = 0, trees: int = 5) -> Estimator:
    """Return trees that find high values of the first input suspicious."""
    rng = np.random.default_rng(seed)
    values = rng.gamma(2.0, 50.0, size=(400, width)).astype(np.float32)
    labels = (values[:, 0] + rng.normal(0, 20, 400) > 200).astype(np.int8)
    return fit(values, labels, options=XGBoostOptions(trees=trees))


def sample_of(width: int) -> np.ndarray:
    """Return a few feature vectors for an artefact."""
    return np.random.default_rng(1).gamma(2.0, 50.0, size=(5, width)).astype(np.float32)


def add_version(
    *,
    now: datetime,
    seed: int = 0,
    review: float | None = 0.2,
    block: float | None = 0.8,
    feature_set: str = "card",
    metrics: dict[str, Any] | None = None,
) -> ModelVersion:
    """Return a new candidate whose evidence recommends these thresholds."""
    stored = stored_feature_set(feature_set)
    width = len(feature_set_of(stored).features)
    evidence = Evidence(
        trained_from=now - timedelta(days=60),
        trained_until=now - timedelta(days=20),
        metrics=metrics or {},
        recommended_policy={"review_threshold": review, "block_threshold": block, "rule": RULE},
        sample=sample_of(width),
    )
    return register_version(
        estimator=estimator_of(width, seed),
        feature_set=stored,
        evidence=evidence,
        by=None,
        reason="Trained for a test.",
        now=now,
    )


def add_policy(version: ModelVersion, *, now: datetime, by: Any = None) -> DecisionPolicy:
    """Return the policy that the version's evidence recommends."""
    return create_policy(draft=draft_for(version, like=active_policy()), by=by, now=now)


def put_into_production(version: ModelVersion, *, by: Any, now: datetime) -> DecisionPolicy:
    """Promote a version with its recommended policy, and return the policy."""
    policy = add_policy(version, now=now, by=by)
    promote(policy=policy, by=by, reason=REASON, now=now)
    version.refresh_from_db()
    return policy
