"""What the scores promise, as rows of a table beside what was estimated and what came true."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitoring.domain.estimation.estimate import Estimate, from_dict
from monitoring.domain.expected import Expected, Miss
from monitoring.domain.tiles import MEANINGS
from scoring.domain import wording


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """One rate: what the scores promise now, what is estimated now, and how the last one ended."""

    name: str
    title: str
    expected: Expected
    estimate: Estimate
    last: Miss | None
    sentence: str


@dataclass(frozen=True, slots=True)
class ExpectedTable:
    """`sentence` tells the frauds expected, or why nothing can be; `checked` the last error."""

    rows: tuple[ExpectedRow, ...]
    sentence: str
    checked: str

    @property
    def was_checked(self) -> bool:
        """Whether a window was compared with its truth."""
        return any(row.last for row in self.rows)


def expected_table(body: Mapping[str, Any]) -> ExpectedTable | None:
    """The table of a performance report; None where an older version wrote it."""
    stored = body.get("expected")
    if not stored:
        return None
    last, expected = stored["last"], stored["rates"]
    misses = {name: _miss(each) for name, each in last["rates"].items()}
    return ExpectedTable(
        rows=tuple(
            _row(Expected(**expected[name]), from_dict(body["rates"][name]), misses.get(name))
            for name in MEANINGS
            if name in expected
        ),
        sentence=stored["refused"] or _frauds(expected, stored["scored"]),
        checked=last["refused"] or _checked(last, list(misses.values())),
    )


def _row(expected: Expected, estimate: Estimate, last: Miss | None) -> ExpectedRow:
    title = MEANINGS[expected.name].title
    return ExpectedRow(expected.name, title, expected, estimate, last, _ended(last))


def _miss(stored: Mapping[str, Any]) -> Miss:
    return Miss(**{**stored, "estimate": from_dict(stored["estimate"])})


def _frauds(expected: Mapping[str, Any], scored: int) -> str:
    flagged, approved = (Expected(**expected[f"{side}_frauds"]) for side in ("flagged", "approved"))
    return (
        f"By their scores, {_number(flagged)} of the flagged and {_number(approved)} of the"
        f" approved payments are fraud, of {wording.count(scored, 'payment')} with a score."
    )


def _number(frauds: Expected) -> str:
    low, high = round(frauds.low or 0), round(frauds.high or 0)
    return f"{round(frauds.expected or 0):,} ({low:,} to {high:,})"


def _checked(last: Mapping[str, Any], misses: list[Miss]) -> str:
    end = datetime.fromisoformat(last["end"])
    told = [miss for miss in misses if miss.outside is not None]
    wrong = sum(miss.outside is True for miss in told)
    if not told:
        return f"In the window to {end:%-d %b} too few labels were found to check the scores."
    return (
        f"Checked on the window to {end:%-d %b}, whose truth is in: {wrong} of"
        f" {wording.count(len(told), 'rate')} lay outside of what was found."
    )


def _ended(last: Miss | None) -> str:
    if last is None or last.expected is None:
        return "not checked yet"
    if last.difference is None:
        return "contradicted" if last.outside else "too few labels"
    points = wording.points(last.difference)
    return f"{points}, {'outside' if last.outside else 'within'} the interval"
