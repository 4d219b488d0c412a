"""One number with what it rests on, or the sentence that says why there is none."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Estimate:
    """A rate in [0, 1] or an amount, with its 95 % interval and its evidence.

    Attributes
    ----------
    estimate, low, high
        `estimate` is None exactly where `refused` is a sentence. Bounds that the evidence does
        support stay, so a refused recall can still say "at least 0.41".
    method
        The interval: count, mean, wilson, logit, gamma, dirichlet, bootstrap or none.
    n
        Labels used.
    n_eff
        Labels of a simple random sample that would say as much; None where undefined.
    events
        How many labels carry the estimate: frauds found, wrongful declines found, and so on.
    share_matured
        Share of the window's payments old enough that their complaints are in; None if unknown.
    """

    name: str
    estimate: float | None
    low: float | None
    high: float | None
    method: str
    n: int
    n_eff: float | None
    events: int
    share_matured: float | None = None
    refused: str | None = None

    def refuse(self, sentence: str) -> "Estimate":
        """The same evidence without the point, and the sentence that says why."""
        return replace(self, estimate=None, refused=sentence)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def from_dict(stored: Mapping[str, Any]) -> Estimate:
    """The estimate that `as_dict` wrote."""
    return Estimate(**stored)


def complement(of: Estimate, name: str) -> Estimate:
    """What `of` leaves of one: fdr from precision."""
    return replace(
        of,
        name=name,
        estimate=_one_minus(of.estimate),
        low=_one_minus(of.high),
        high=_one_minus(of.low),
    )


def _one_minus(value: float | None) -> float | None:
    return None if value is None else 1.0 - value
