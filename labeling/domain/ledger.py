"""A score taken apart so that it adds up on the page: base, told reasons, the rest, the sum."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One told reason; `contribution` in log odds, above 0 towards fraud."""

    code: str
    sentence: str
    contribution: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """All in log odds: `base` + the rows + `rest` = `total`, the margin of the score.

    `low` (≤ 0) and `high` (≥ 0) are the ends of one scale for all bars.
    """

    base: float
    rows: tuple[LedgerRow, ...]
    rest: float
    total: float
    low: float
    high: float


def ledger(
    *, base_value: float, contributions: Sequence[float], reason_codes: Sequence[Mapping[str, Any]]
) -> Ledger:
    """Return the rows of an explanation; contributions are without the base value."""
    rows = tuple(
        LedgerRow(reason["code"], reason["sentence"], float(reason["contribution"]))
        for reason in reason_codes
    )
    told = math.fsum(row.contribution for row in rows)
    rest = math.fsum(contributions) - told
    parts = [base_value, rest, *(row.contribution for row in rows)]
    return Ledger(
        base=base_value,
        rows=rows,
        rest=rest,
        total=base_value + told + rest,
        low=min(0.0, *parts),
        high=max(0.0, *parts),
    )
