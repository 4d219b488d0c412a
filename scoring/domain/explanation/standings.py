"""Where a value stands among the payments of a reference sample, in words."""

from scoring.domain.explanation.reference import Standing
from scoring.domain.features import Feature, Kind
from scoring.domain.wording import rate

# Spans of time are longer and shorter, everything else is higher and lower.
SPANS = frozenset({Kind.TENURE, Kind.DATE})
# Fewer have a value: then percentiles are said of these only.
ALMOST_ALL = 0.95


def standing_words(feature: Feature, standing: Standing) -> str:
    """Say how common a value is: "higher than 99 % of payments", "the same in 12 %".

    Empty where the sample knows nothing of it.
    """
    if standing.missing is not None:
        return f"missing in {_share(standing.missing)} of payments"
    if standing.equal is not None:
        return f"the same in {_share(standing.equal)} of payments"
    below, above, tied = standing.below, standing.above, 1 - standing.below - standing.above
    if not below and not above:
        return ""
    payments = "payments" if standing.known >= ALMOST_ALL else "payments that have it"
    if tied >= 0.5:
        return f"as in most {payments}"
    more, less = _comparatives(feature)
    if below >= above:
        return f"{more} than {_bound(below)} of {payments}"
    return f"{less} than {_bound(above)} of {payments}"


def _comparatives(feature: Feature) -> tuple[str, str]:
    if feature.kind in SPANS or feature.aggregate.startswith("seconds_since"):
        return "longer", "shorter"
    return "higher", "lower"


def _share(share: float) -> str:
    """A share of the sample; what it has hardly ever seen is not "0 %"."""
    if share < 0.001:
        return "fewer than " + rate(0.001)
    return rate(share, 0 if share >= 0.095 else 1)


def _bound(share: float) -> str:
    if share >= 0.999:
        return rate(0.999)
    return rate(share, 1 if share > 0.99 else 0)
