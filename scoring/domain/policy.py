"""How a score becomes an outcome: thresholds, costs, audit rates, capacity and fallback."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from scoring.domain.errors import FieldError, Problem

OUTCOMES = ("approve", "review", "block")
TIMEOUT_ACTIONS = ("release", "decline")
# Approved payments this close below the review threshold are audited more often: most missed
# fraud sits there.
NEAR_SHARE = 0.5
# Most looks stay as they are: what is kept back costs speed, and half shows an effect best.
MOST_HIDDEN = 0.5


class InvalidPolicy(Problem):
    """A policy that contradicts itself, with every fault."""

    def __init__(self, faults: list[FieldError]) -> None:
        sentence = "; ".join(fault.message for fault in faults)
        super().__init__("invalid_policy", sentence, tuple(faults))


@dataclass(frozen=True, slots=True)
class Costs:
    """What errors and reviews cost, in the reporting currency; shares are in [0, 1]."""

    loss_share: Decimal = Decimal("1")
    chargeback_fee: Decimal = Decimal("20")
    margin_share: Decimal = Decimal("0.10")
    churn_cost: Decimal = Decimal("10")
    review_cost_per_minute: Decimal = Decimal("0.60")
    review_minutes: Decimal = Decimal("4")

    def missed_fraud(self, amount: Decimal) -> Decimal:
        """Loss when a fraud of this amount is approved."""
        return amount * self.loss_share + self.chargeback_fee

    def wrongful_decline(self, amount: Decimal) -> Decimal:
        """Loss when a legitimate payment of this amount is declined."""
        return amount * self.margin_share + self.churn_cost

    @property
    def review(self) -> Decimal:
        """Cost of one review."""
        return self.review_cost_per_minute * self.review_minutes

    def to_row(self) -> dict[str, str]:
        """The cost table as stored: decimal strings."""
        return {name: str(getattr(self, name)) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class AuditRates:
    """Probability of a blind look, each in (0, 1]: never zero, or no rate can be estimated."""

    approve: float = 0.005
    approve_near: float = 0.02
    block: float = 0.10


@dataclass(frozen=True, slots=True)
class Policy:
    """The immutable rule of one policy version; thresholds are probabilities or None (never)."""

    number: int
    review_threshold: float | None
    block_threshold: float | None
    costs: Costs
    audit_rates: AuditRates
    review_capacity: int
    review_minutes: int
    timeout_action: str
    fallback_outcome: str
    over_capacity_outcome: str

    def hold_until(self, *, now: datetime, respond_by: datetime | None) -> datetime:
        """When a held payment times out: its own deadline if that is earlier, never the past."""
        latest = now + timedelta(minutes=self.review_minutes)
        return max(now, min(latest, respond_by or latest))


def costs_from_row(row: Mapping[str, object]) -> Costs:
    """Return the cost table of a stored policy.

    Raises
    ------
    InvalidPolicy
        For an unknown key, a value that is no finite number, or one below zero.
    """
    faults, values = [], {}
    for name, value in row.items():
        number = number_or_none(value)
        if name not in Costs.__slots__:
            faults.append(FieldError(f"costs.{name}", "unknown_field", f"no cost is named {name}"))
        elif number is None or number < 0:
            faults.append(FieldError(f"costs.{name}", "invalid", f"{name} must be 0 or more"))
        else:
            values[name] = number
    if faults:
        raise InvalidPolicy(faults)
    return Costs(**values)


def audit_rates_from_row(row: Mapping[str, object]) -> AuditRates:
    """Return the audit rates of a stored policy; InvalidPolicy where one is not in (0, 1]."""
    faults, values = [], {}
    for name, value in row.items():
        rate = number_or_none(value)
        if name not in AuditRates.__slots__:
            message = f"no audit rate is named {name}"
            faults.append(FieldError(f"audit_rates.{name}", "unknown_field", message))
        elif rate is None or not 0 < rate <= 1:
            message = f"the audit rate {name} must be above 0 and at most 1"
            faults.append(FieldError(f"audit_rates.{name}", "invalid", message))
        else:
            values[name] = float(rate)
    if faults:
        raise InvalidPolicy(faults)
    return AuditRates(**values)


def threshold_faults(review: float | None, block: float | None) -> list[FieldError]:
    """Return what is wrong with a pair of thresholds; an empty list where nothing is."""
    faults = [
        FieldError(name, "invalid", f"{name} must lie between 0 and 1")
        for name, value in (("review_threshold", review), ("block_threshold", block))
        if value is not None and not (math.isfinite(value) and 0 <= value <= 1)
    ]
    if not faults and review is not None and block is not None and review > block:
        message = "the review threshold must not lie above the block threshold"
        faults.append(FieldError("review_threshold", "thresholds_cross", message))
    return faults


def hiding_faults(explanation: float, score: float) -> list[FieldError]:
    """Return what is wrong with the shares of first looks that hide something; [] if nothing."""
    faults = [
        FieldError(name, "invalid", f"{name} must lie between 0 and {MOST_HIDDEN}")
        for name, value in (
            ("explanation_hidden_share", explanation),
            ("score_hidden_share", score),
        )
        if not (math.isfinite(value) and 0 <= value <= MOST_HIDDEN)
    ]
    if not faults and explanation + score > MOST_HIDDEN:
        message = f"together at most {MOST_HIDDEN} of the first looks may hide something"
        faults.append(FieldError("score_hidden_share", "too_much_hidden", message))
    return faults


def number_or_none(value: object) -> Decimal | None:
    """Return a finite number exactly; None for everything else, truth values included."""
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
