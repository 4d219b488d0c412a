"""What the machine says of a batch: scores, outcomes, draws and explanations, as values."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from scoring.domain import routing, sampling
from scoring.domain.audits import PlannedAudits
from scoring.domain.errors import Problem
from scoring.domain.estimator import Estimator
from scoring.domain.explanation import reason_codes
from scoring.domain.policy import Policy
from scoring.models import Decision, DecisionPolicy, FeatureSetVersion, ModelVersion
from scoring.selectors.decisions import reviews_decided_since
from scoring.selectors.feature_sets import feature_set_of
from scoring.selectors.policies import policy_values
from scoring.services.deciding.claiming import Subject
from scoring.services.features import Vectors, store_vectors
from scoring.services.registry import load_estimator

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One decision to be written; margin and explanation are empty without a model."""

    subject: Subject
    outcome: str
    reason: str
    margin: float | None
    probability: float | None
    stratum: str
    audit_draw: float
    audit_propensity: float
    review_propensity: float | None
    hold_until: datetime | None
    base_value: float | None = None
    contributions: list[float] | None = None
    reason_codes: list[dict[str, Any]] | None = None

    @property
    def audited(self) -> bool:
        """Whether the lot fell on it."""
        return self.audit_draw < self.audit_propensity


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgements of a batch and what they rest on."""

    judgements: list[Judgement]
    policy: DecisionPolicy
    model_version: ModelVersion | None
    feature_set: FeatureSetVersion | None
    snapshot: str
    degraded: bool


def judge(
    subjects: Sequence[Subject],
    *,
    policy: DecisionPolicy,
    batch_id: int,
    now: datetime,
    fallback_reason: str = "",
    planned: PlannedAudits | None = None,
) -> Judged:
    """Judge a batch with the policy's model, or by its fallback where no model is usable.

    `planned` says how likely audits are; without it the rates of the policy do.
    """
    estimator = None if fallback_reason else _usable_estimator(policy)
    if estimator is None or policy.model_version is None:
        return _by_fallback(subjects, policy, now, fallback_reason, planned)
    feature_set = policy.model_version.feature_set
    vectors = store_vectors(
        transaction_ids=[subject.transaction_id for subject in subjects],
        feature_set=feature_set,
        batch_id=batch_id,
    )
    judgements = judge_vectors(
        subjects, vectors, estimator=estimator, policy=policy, now=now, planned=planned
    )
    return Judged(judgements, policy, policy.model_version, feature_set, vectors.snapshot, False)


def _usable_estimator(policy: DecisionPolicy) -> Estimator | None:
    """The model of the policy, verified; None where there is none or it cannot be trusted."""
    if policy.model_version is None:
        return None
    try:
        return load_estimator(policy.model_version)
    except Problem as problem:
        logger.error("model v%s is not usable: %s", policy.model_version.number, problem)
        return None


def judge_vectors(
    subjects: Sequence[Subject],
    vectors: Vectors,
    *,
    estimator: Estimator,
    policy: DecisionPolicy,
    now: datetime,
    planned: PlannedAudits | None = None,
) -> list[Judgement]:
    """Judge by score, in the order of `subjects`, which is that of `vectors`; writes nothing."""
    lot = _Lot(policy_values(policy), planned, now)
    margins = estimator.margins(vectors.values)
    probabilities = estimator.probabilities(margins)
    outcomes = routing.outcomes(probabilities, lot.policy)
    judgements = [
        _judgement(subject, outcome, Decision.Reason.SCORE, lot, float(m), float(p))
        for subject, outcome, m, p in zip(subjects, outcomes, margins, probabilities, strict=True)
    ]
    return _explained(judgements, vectors.values, estimator, policy)


@dataclass(frozen=True, slots=True)
class _Lot:
    """What every judgement of a batch has in common."""

    policy: Policy
    planned: PlannedAudits | None
    now: datetime


def _by_fallback(
    subjects: Sequence[Subject],
    policy_row: DecisionPolicy,
    now: datetime,
    reason: str,
    planned: PlannedAudits | None,
) -> Judged:
    policy = policy_values(policy_row)
    lot = _Lot(policy, planned, now)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    reviews = reviews_decided_since(midnight, most=policy.review_capacity)
    judgements = []
    for subject in subjects:
        outcome, within = routing.fallback_outcome(policy, reviews_today=reviews)
        reviews += outcome == "review"
        why = (reason or Decision.Reason.NO_MODEL) if within else Decision.Reason.OVER_CAPACITY
        judgements.append(_judgement(subject, outcome, why, lot))
    return Judged(judgements, policy_row, None, None, "", True)


def _judgement(
    subject: Subject,
    outcome: str,
    reason: str,
    lot: _Lot,
    margin: float | None = None,
    probability: float | None = None,
) -> Judgement:
    policy, held = lot.policy, outcome == "review"
    hold_until = policy.hold_until(now=lot.now, respond_by=subject.respond_by) if held else None
    secret = settings.FRAUDREVIEW_DATA_KEY.encode()
    stratum = routing.stratum(outcome, probability, subject.base_amount)
    planned = lot.planned.propensity(stratum) if lot.planned else None
    return Judgement(
        subject=subject,
        outcome=outcome,
        reason=reason,
        margin=margin,
        probability=probability,
        stratum=stratum,
        audit_draw=sampling.draw(secret, subject.external_id, sampling.AUDIT),
        audit_propensity=routing.audit_propensity(outcome, probability, policy, planned=planned),
        # Reviews of a score band are all shown to people. Those of the fallback are cut off by
        # capacity, which is no lottery: their probability is not known.
        review_propensity=1.0 if held and reason == Decision.Reason.SCORE else None,
        hold_until=hold_until,
    )


def _explained(
    judgements: list[Judgement],
    values: NDArray[np.float32],
    estimator: Estimator,
    policy: DecisionPolicy,
) -> list[Judgement]:
    """Add contributions and reason codes to the judgements that a person may look at."""
    chosen = [i for i, j in enumerate(judgements) if j.outcome != "approve" or j.audited]
    if not chosen or policy.model_version is None:
        return judgements
    feature_set = feature_set_of(policy.model_version.feature_set)
    contributions = estimator.contributions(values[chosen])
    for row, index in enumerate(chosen):
        own = contributions[row]
        codes = reason_codes(
            values=values[index],
            contributions=own[:-1],
            feature_set=feature_set,
            currency=settings.FRAUDREVIEW_BASE_CURRENCY,
        )
        judgements[index] = _with_explanation(judgements[index], own, codes)
    return judgements


def _with_explanation(
    judgement: Judgement, contributions: NDArray[np.float64], codes: Sequence[Mapping[str, Any]]
) -> Judgement:
    return replace(
        judgement,
        base_value=float(contributions[-1]),
        contributions=[float(value) for value in contributions[:-1]],
        reason_codes=[dict(code) for code in codes],
    )
