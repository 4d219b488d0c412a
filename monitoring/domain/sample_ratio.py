"""Is the audit sample what its probabilities promise: X² by stratum, and nothing dropped."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import gammaincc

ALARM = 0.001
# A cell with a smaller variance is pooled with others.
LEAST_VARIANCE = 10.0


@dataclass(frozen=True, slots=True)
class StratumDraws:
    """The coins of one stratum, each with a probability π of its own.

    Attributes
    ----------
    payments
        Coins tossed.
    expected, variance, kurtosis
        Σπ, Σv and Σv(1 − 6v) with v = π(1 − π): mean, variance and fourth cumulant of the number
        drawn.
    drawn
        Coins that fell on a look.
    kept
        Those of them that have been judged or still wait to be.
    """

    stratum: str
    payments: int
    expected: float
    variance: float
    kurtosis: float
    drawn: int
    kept: int

    def __add__(self, other: "StratumDraws") -> "StratumDraws":
        return StratumDraws(
            "pooled",
            self.payments + other.payments,
            self.expected + other.expected,
            self.variance + other.variance,
            self.kurtosis + other.kurtosis,
            self.drawn + other.drawn,
            self.kept + other.kept,
        )


@dataclass(frozen=True, slots=True)
class RatioTest:
    """X² over so many cells and its p-value; both None where `refused` says why, in a sentence."""

    statistic: float | None
    cells: int
    p_value: float | None
    refused: str = ""

    @property
    def alarm(self) -> bool:
        """Whether the sample is hardly what its probabilities promise."""
        return self.p_value is not None and self.p_value < ALARM


def sample_ratio(draws: Sequence[StratumDraws], *, kept: bool = False) -> RatioTest:
    """Test X² = Σ (n − Nπ)² / Nπ(1 − π) over strata, with Σπ in place of Nπ where coins differ.

    `kept` counts only those drawn that still have their look. Small strata are pooled until each
    cell has a variance of 10, because with few expected counts a single draw more would make X²
    huge: one draw where 0.01 were expected counts 98. The reference is the gamma distribution with
    the true mean and variance of X², which are those of chi-squared only for many counts; so an
    alarm at p < 0.001 is false in one to two of a thousand quiet days. Fewer expected draws than
    that in all are refused. A coin that could fall one way only needs no test: one that did not is
    an alarm by itself.
    """
    if any(_impossible(cell, kept=kept) for cell in draws):
        return RatioTest(float("inf"), len(draws), 0.0)
    cells = _pooled(draws)
    if not cells:
        return RatioTest(None, 0, None, "Too few draws were expected to tell.")
    statistic = sum((_count(c, kept=kept) - c.expected) ** 2 / c.variance for c in cells)
    mean = float(len(cells))
    variance = sum(2 + c.kurtosis / c.variance**2 for c in cells)
    p_value = float(gammaincc(mean**2 / variance, statistic * mean / variance))
    return RatioTest(statistic, len(cells), p_value)


def _count(cell: StratumDraws, *, kept: bool) -> int:
    return cell.kept if kept else cell.drawn


def _impossible(cell: StratumDraws, *, kept: bool) -> bool:
    return cell.variance <= 0 and abs(_count(cell, kept=kept) - cell.expected) > 0.5


def _pooled(draws: Sequence[StratumDraws]) -> list[StratumDraws]:
    """Cells of enough variance; what is too small goes together, and then to the smallest."""
    tossed = sorted((cell for cell in draws if cell.variance > 0), key=lambda cell: cell.variance)
    cells: list[StratumDraws] = []
    rest: StratumDraws | None = None
    for cell in tossed:
        rest = cell if rest is None else rest + cell
        if rest.variance >= LEAST_VARIANCE:
            cells.append(rest)
            rest = None
    if rest is not None and cells:
        cells[0] = cells[0] + rest
    return cells
