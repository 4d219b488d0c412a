"""May the next model take over? Four answers, and two of them mean: wait."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

LEAST_EVENTS = 10


class Gate(StrEnum):
    """What the evidence says about one measure."""

    PASS = "pass"  # noqa: S105 (a gate, not a password)
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of two models on the same rows.

    `difference` is challenger minus champion with its 95 % interval, `margin` by how much the
    challenger may be worse, `events` how many rows the difference can rest on.
    """

    name: str
    champion: float | None
    challenger: float | None
    difference: float | None
    low: float | None
    high: float | None
    higher_is_better: bool
    margin: float
    events: int

    @property
    def gate(self) -> Gate:
        """Pass where even the unfavourable bound keeps the margin, fail where none does."""
        if self.low is None or self.high is None or self.events < LEAST_EVENTS:
            return Gate.NO_DATA
        harm = (-self.high, -self.low) if self.higher_is_better else (self.low, self.high)
        if harm[1] <= self.margin:
            return Gate.PASS
        return Gate.FAIL if harm[0] > self.margin else Gate.INCONCLUSIVE

    def to_numbers(self) -> dict[str, Any]:
        """The same with its gate, as JSON can hold it."""
        return {**asdict(self), "gate": self.gate.value}
