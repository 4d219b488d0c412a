"""A measure in words, as all sections of the page show it."""

from dataclasses import dataclass

from monitoring.domain.estimation import Estimate
from scoring.domain import wording


@dataclass(frozen=True)
class MeasureRow:
    """One measure in words; `value` is empty where `refused` says why there is none."""

    title: str
    definition: str
    value: str
    interval: str
    n: int
    method: str
    refused: str


def measure_row(title: str, definition: str, found: Estimate, *, unit: str = "%") -> MeasureRow:
    """The estimate in words; `unit` is %, points, s or empty for a plain number."""
    known = found.estimate is not None
    return MeasureRow(
        title=title,
        definition=definition,
        value=_value(found.estimate, unit) if found.estimate is not None else "",
        interval=_interval(found, unit) if known else "",
        n=found.n,
        method=found.method,
        refused=found.refused or "",
    )


def _value(value: float, unit: str) -> str:
    if unit == "points":
        return wording.points(value)
    if not unit:
        return wording.number(value)
    return wording.rate(value) if unit == "%" else f"{wording.signed(value, 1)} s"


def _interval(found: Estimate, unit: str) -> str:
    assert found.low is not None and found.high is not None
    if unit == "%":
        return wording.interval(found.low, found.high)
    if not unit:
        return f"{wording.number(found.low)} to {wording.number(found.high)}"
    scale, word = (100, "points") if unit == "points" else (1, "s")
    low, high = wording.signed(scale * found.low, 1), wording.signed(scale * found.high, 1)
    return f"{low} to {high} {word}"
