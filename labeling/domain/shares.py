"""A share of counted things, which is never told without its interval."""

from dataclasses import dataclass

from scoring.domain.intervals import wilson_interval


@dataclass(frozen=True, slots=True)
class Share:
    """So many hits of so many, with a 95 % interval in [0, 1]."""

    hits: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The observed share."""
        return self.hits / self.of


def share_of(hits: int, of: int, *, least: int = 1) -> Share | None:
    """The share with Wilson's interval; None where fewer than `least` stand behind it.

    >>> share_of(1, 4).share, share_of(1, 4, least=10)
    (0.25, None)
    """
    return Share(hits, of, *wilson_interval(hits, of)) if of >= least else None
