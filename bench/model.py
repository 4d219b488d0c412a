"""The model that decides: trained, registered and promoted through the product's own services."""

import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from django.conf import settings
from django.contrib.auth.models import Group, User
from numpy.typing import NDArray

from scoring.domain.estimator import Estimator, XGBoostOptions, fit
from scoring.models import Transaction
from scoring.selectors.feature_sets import feature_set_named
from scoring.selectors.policies import active_policy
from scoring.services.api_keys import create_api_key
from scoring.services.features import ensure_vectors, register_feature_set
from scoring.services.policies import create_policy, draft_for
from scoring.services.registry import Evidence, promote, register_version

FEATURE_SET = "card"
TRAINING_ROWS = 20_000
# The shares of payments that go to people and that are blocked.
REVIEW_SHARE = 0.03
BLOCK_SHARE = 0.01
RULE = "The benchmark's shares: the riskiest 1 % are blocked, the next 3 % reviewed."
REASON = "The benchmark's model, trained on its own history."
SCOPES = ("transactions:write", "decisions:read")


@dataclass(frozen=True, slots=True)
class Trained:
    """A fitted estimator, the vectors of recent payments, and thresholds for the two shares."""

    estimator: Estimator
    values: NDArray[np.float32]
    review_threshold: float
    block_threshold: float


def train(*, seed: int, now: datetime) -> Trained:
    """Fit the product's default trees on the newest payments of the database in use.

    The labels are drawn: fraud rises with the amount, at night, and with the merchant's frauds.
    """
    ids = Transaction.objects.order_by("-id").values_list("id", flat=True)[:TRAINING_ROWS]
    version = register_feature_set(feature_set=feature_set_named(FEATURE_SET), now=now)
    values = ensure_vectors(
        transaction_ids=np.array(sorted(ids), dtype=np.int64), feature_set=version
    ).values
    names = feature_set_named(FEATURE_SET).names
    column = {name: values[:, place] for place, name in enumerate(names)}
    odds = (
        -7.0
        + 0.012 * column["amount"]
        + 1.2 * column["night"]
        + 4.0 * column["merchant_fraud_share_30d"]
        + 0.25 * column["customer_count_1d"]
    )
    rng = np.random.default_rng(seed)
    labels = (rng.random(len(values)) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    estimator = fit(values, labels, options=XGBoostOptions())
    chances = estimator.probabilities(estimator.margins(values))
    review, block = np.quantile(chances, [1 - BLOCK_SHARE - REVIEW_SHARE, 1 - BLOCK_SHARE])
    return Trained(estimator, values, float(review), float(block))


def put_into_production(trained: Trained, *, now: datetime) -> None:
    """Register the model in the database in use, with a policy, and let it decide."""
    owner, _ = User.objects.get_or_create(username="dana", defaults={"email": "dana@example.com"})
    owner.groups.add(Group.objects.get(name="admin"))
    version = register_version(
        estimator=trained.estimator,
        feature_set=register_feature_set(feature_set=feature_set_named(FEATURE_SET), now=now),
        evidence=Evidence(
            trained_from=now,
            trained_until=now,
            metrics={},
            recommended_policy={},
            sample=trained.values[:5],
        ),
        by=owner,
        reason=REASON,
        now=now,
    )
    draft = replace(
        draft_for(version, like=active_policy()),
        review_threshold=trained.review_threshold,
        block_threshold=trained.block_threshold,
        rule=RULE,
    )
    promote(policy=create_policy(draft=draft, by=owner, now=now), by=owner, reason=REASON, now=now)


def api_key(*, now: datetime) -> str:
    """Return what a program must send to use the API of the database in use."""
    _, secret = create_api_key(name="bench", scopes=SCOPES, now=now)
    return secret


def export(trained: Trained, folder: Path) -> tuple[Path, Path]:
    """Write the booster and ready-made vectors for the peers; return both files."""
    folder.mkdir(parents=True, exist_ok=True)
    booster, vectors = folder / "model.ubj", folder / "vectors.npy"
    booster.write_bytes(trained.estimator.model.to_bytes())
    np.save(vectors, trained.values[-5000:])
    return booster, vectors


def forget_models() -> None:
    """Remove the artefacts of earlier runs."""
    shutil.rmtree(settings.FRAUDREVIEW_MODELS, ignore_errors=True)
