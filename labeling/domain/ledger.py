"""A score taken apart so that it adds up on the page: base, told reasons, the rest, the sum."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One told reason; `contribution` in log odds, above 0 towards fraud.

    `standing` says how usual its value is among payments, `inputs` how many it adds up.
    """

    code: str
    sentence: str
    contribution: float
    standing: str = ""
    inputs: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of a waterfall, in log odds from `start` to `end`, towards fraud or legitimate."""

    sentence: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """All in log odds: `base` + the rows + `rest` = `total`, the margin of the score.

    `others` is how many inputs `rest` adds up. `low` (≤ 0) and `high` (≥ 0) are the ends of one
    scale for all bars; `reasons_low` and `reasons_high` of one without the base value, which
    would dwarf the others.
    """

    base: float
    rows: tuple[LedgerRow, ...]
    rest: float
    others: int
    total: float
    low: float
    high: float
    reasons_low: float
    reasons_high: float
    steps: tuple[Step, ...]


def ledger(
    *, base_value: float, contributions: Sequence[float], rows: Sequence[LedgerRow]
) -> Ledger:
    """Return the ledger of an explanation; contributions are without the base value."""
    told = math.fsum(row.contribution for row in rows)
    rest = math.fsum(contributions) - told
    parts = [rest, *(row.contribution for row in rows)]
    others = max(len(contributions) - sum(row.inputs for row in rows), 0)
    return Ledger(
        base=base_value,
        rows=tuple(rows),
        rest=rest,
        others=others,
        total=base_value + told + rest,
        low=min(0.0, base_value, *parts),
        high=max(0.0, base_value, *parts),
        reasons_low=min(0.0, *parts),
        reasons_high=max(0.0, *parts),
        steps=_steps(base_value, rows, rest, others),
    )


def stored_rows(reason_codes: Sequence[Mapping[str, Any]]) -> list[LedgerRow]:
    """The reasons as they were told at the decision."""
    return [
        LedgerRow(reason["code"], reason["sentence"], float(reason["contribution"]))
        for reason in reason_codes
    ]


def probability(log_odds: float) -> float:
    """The probability of log odds, without calibration."""
    return 1 / (1 + math.exp(-max(min(log_odds, 700.0), -700.0)))


def _steps(base: float, rows: Sequence[LedgerRow], rest: float, others: int) -> tuple[Step, ...]:
    """From the base value to the sum: the rest first, the strongest reason last."""
    moves = [(row.sentence, row.contribution) for row in rows]
    if others:
        moves.append((f"The other {others} inputs", rest))
    steps, here = [], base
    for sentence, contribution in reversed(moves):
        steps.append(Step(sentence, here, here + contribution))
        here += contribution
    return tuple(steps)
