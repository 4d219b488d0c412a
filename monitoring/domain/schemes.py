"""Card schemes: whose chargeback it is, and how a chargeback ratio stands to your limit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# The same shape of code is used by one scheme only.
REASON_SHAPES = (
    ("visa", re.compile(r"1[0-3]\.\d{1,2}(\.\d)?")),
    ("mastercard", re.compile(r"48\d\d")),
    ("amex", re.compile(r"[ACFMPR]\d\d")),
    ("discover", re.compile(r"UA\d\d|A[APTW]|CD|D[AP]|EX|I[CN]|LP|N[AC]|R[GM]|RN\d?|4[57]\d\d")),
)
SCHEME_TITLES = {
    "all": "All schemes",
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "discover": "Discover",
    "unknown": "Scheme not told",
}
# From this share of the limit on, there is a month left to act.
AT_RISK_FROM = 0.75


class LimitState(StrEnum):
    """How a chargeback ratio stands to your limit."""

    WITHIN = "within"
    AT_RISK = "at_risk"
    EXCEEDED = "exceeded"
    NO_LIMIT = "no_limit"
    UNKNOWN = "unknown"


def scheme_of_reason(reason: str) -> str:
    """The scheme that has such reason codes, or "unknown".

    >>> scheme_of_reason("10.4"), scheme_of_reason(" ua02 "), scheme_of_reason("fraud")
    ('visa', 'discover', 'unknown')
    """
    code = reason.strip().upper()
    matching = (scheme for scheme, shape in REASON_SHAPES if shape.fullmatch(code))
    return next(matching, "unknown")


def limit_state(ratio: float | None, limit: float | None, *, at_least: bool = False) -> LimitState:
    """How `ratio` stands to `limit`; from three quarters of it on it is at risk.

    With `at_least` the ratio is only a lower bound: it may prove the limit exceeded or near, and
    never that all is well.
    """
    if limit is None:
        return LimitState.NO_LIMIT
    if ratio is None:
        return LimitState.UNKNOWN
    if ratio >= limit:
        return LimitState.EXCEEDED
    if ratio >= AT_RISK_FROM * limit:
        return LimitState.AT_RISK
    return LimitState.UNKNOWN if at_least else LimitState.WITHIN


@dataclass(frozen=True, slots=True)
class SchemeRatio:
    """Chargebacks of one scheme, or of all, over the payments let through.

    The scheme of a payment is known only from its chargeback. So the ratio of a single scheme is
    taken over all payments and `at_least` that over its own; only where nobody's chargeback could
    be its own it is exactly 0. `limit` None: you set none.
    """

    scheme: str
    title: str
    chargebacks: int
    ratio: float | None
    at_least: bool
    limit: float | None
    state: LimitState
    note: str

    @property
    def digits(self) -> int:
        """Digits after the point of the ratio as a percentage: a few chargebacks are not 0.00 %."""
        return 3 if 0 < (self.ratio or 0.0) < 0.0005 else 2

    @property
    def scale(self) -> float:
        """The right end of a bar that leaves room beside ratio and limit."""
        return 1.25 * max(self.ratio or 0.0, self.limit or 0.0) or 1.0


def scheme_ratios(
    chargebacks: Mapping[str, int], payments: int, limits: Mapping[str, tuple[float | None, str]]
) -> tuple[SchemeRatio, ...]:
    """All schemes together first, then each that has chargebacks or a limit.

    `chargebacks` counts payments by scheme, `limits` gives limit and note of each scheme.
    """
    counts = {"all": sum(chargebacks.values()), **chargebacks}
    shown = [name for name in SCHEME_TITLES if counts.get(name) or limits.get(name, (None,))[0]]
    return tuple(
        _scheme_ratio(
            name,
            counts.get(name, 0),
            payments,
            *limits.get(name, (None, "")),
            at_least=name != "all" and bool(counts.get(name) or counts.get("unknown")),
        )
        for name in dict.fromkeys(["all", *shown])
    )


def _scheme_ratio(
    scheme: str,
    chargebacks: int,
    payments: int,
    limit: float | None,
    note: str,
    *,
    at_least: bool,
) -> SchemeRatio:
    ratio = chargebacks / payments if payments else None
    return SchemeRatio(
        scheme=scheme,
        title=SCHEME_TITLES[scheme],
        chargebacks=chargebacks,
        ratio=ratio,
        at_least=at_least,
        limit=limit,
        state=limit_state(ratio, limit, at_least=at_least),
        note=note,
    )
