"""Which payments teach a model most: those it is unsure of, and those unlike what it knows."""

import math
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from scoring.domain.features import FeatureSet
from scoring.domain.policy import Costs

# In log-odds: at a threshold of 0.30 this reaches from 0.24 to 0.37.
NEAR = 0.3
FEW_PAYMENTS = 3
FAR_FROM_MEAN = 10.0
OWN_HISTORY = ("customer_id", "card_id")


class Lesson(StrEnum):
    """Why a payment is worth learning from."""

    UNCERTAIN = "uncertain"
    NOVEL = "novel"


def lesson(
    *,
    probability: float | None,
    amount: Decimal,
    thresholds: Sequence[float | None],
    costs: Costs,
    feature_set: FeatureSet | None,
    values: Sequence[float],
) -> Lesson | None:
    """What a model could learn from this payment; None where it is an ordinary one.

    `values` is the stored vector, in the order of `feature_set`.
    """
    if probability is not None and is_uncertain(probability, amount, thresholds, costs):
        return Lesson.UNCERTAIN
    if feature_set is not None and is_novel(feature_set, values):
        return Lesson.NOVEL
    return None


def is_uncertain(
    probability: float, amount: Decimal, thresholds: Sequence[float | None], costs: Costs
) -> bool:
    """Whether the probability lies near a threshold, or where both errors cost the same."""
    turning = [even_probability(amount, costs), *thresholds]
    return any(
        abs(_log_odds(probability) - _log_odds(point)) <= NEAR
        for point in turning
        if point is not None and 0 < point < 1
    )


def even_probability(amount: Decimal, costs: Costs) -> float | None:
    """The probability at which approving costs as much as blocking; None where both are free."""
    missed = float(costs.missed_fraud(amount))
    wrongful = float(costs.wrongful_decline(amount))
    return wrongful / (missed + wrongful) if missed + wrongful else None


def is_novel(feature_set: FeatureSet, values: Sequence[float]) -> bool:
    """Whether customer and card had few payments before, or none of about this amount.

    Read from the inputs that the model saw; a feature set that counts neither calls nothing novel.
    """
    own = [
        (feature, value)
        for feature, value in zip(feature_set.features, values, strict=False)
        if feature.entity in OWN_HISTORY and not feature.delay_seconds and math.isfinite(value)
    ]
    # A window without a length is all of history.
    counts = [(f.window_seconds or math.inf, value) for f, value in own if f.aggregate == "count"]
    longest = max((window for window, _ in counts), default=None)
    # Every window holds the payment itself.
    earlier = max((value - 1 for window, value in counts if window == longest), default=None)
    far = any(value >= FAR_FROM_MEAN for f, value in own if f.aggregate == "amount_ratio")
    return far or (earlier is not None and earlier < FEW_PAYMENTS)


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(inside / (1 - inside))
