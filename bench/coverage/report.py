"""The kept numbers as tables in the document that explains them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.installation import ROOT

KEPT = ROOT / "bench" / "coverage" / "results.json"
DOCUMENT = ROOT / "docs" / "statistics.md"
START, END = "<!-- coverage -->", "<!-- end of coverage -->"
# Fewer expected events than these may be refused; from here on hardly ever.
ENOUGH = 8
LOWEST, HIGHEST = 0.92, 0.99
TABLES = (
    ("fpr", "none", "Wrongful declines (fpr)"),
    ("precision", "none", "Precision"),
    ("recall", "none", "Recall, no claim has come yet"),
    ("recall", "census", "Recall, claims are a census beside the audits"),
    ("recall", "returned", "Recall, audits return the money and claims are a floor"),
)
Row = Mapping[str, Any]


def block(results: Mapping[str, Any]) -> str:
    """All tables in Markdown between their marks."""
    rows = results["rows"]
    tables = [
        f"**{title}**\n\n{table(_only(rows, rate, claims))}" for rate, claims, title in TABLES
    ]
    return "\n\n".join([START, summary(results), *tables, END])


def summary(results: Mapping[str, Any]) -> str:
    """What the numbers say together."""
    rows: Sequence[Row] = results["rows"]
    covered = [row["covered"] for row in rows]
    inside = sum(LOWEST <= share <= HIGHEST for share in covered)
    above = sum(share > HIGHEST for share in covered)
    asked = [row["refused"] for row in rows if row["expected_events"] >= ENOUGH]
    return (
        f"{len(rows)} configurations of {results['windows']} windows each: the intervals cover"
        f" {_percent(min(covered))} to {_percent(max(covered))}; {inside} lie between 92 and 99 %,"
        f" {above} above, {len(rows) - inside - above} below. Where at least {ENOUGH} events are"
        f" expected ({len(asked)} configurations), at most {_percent(max(asked))} of the windows"
        " are refused."
    )


def table(rows: Sequence[Row]) -> str:
    """One line for each prevalence, one column for each number of audits."""
    audits = sorted({row["audits"] for row in rows})
    head = "| fraud | " + " | ".join(f"{number:,} audits" for number in audits) + " |"
    return "\n".join([head, "|---" * (len(audits) + 1) + "|", *_lines(rows)])


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    for prevalence in sorted({row["prevalence"] for row in rows}):
        cells = [_cell(row) for row in rows if row["prevalence"] == prevalence]
        yield f"| {100 * prevalence:g} % | " + " | ".join(cells) + " |"


def _cell(row: Row) -> str:
    width = "" if row["width"] is None else f", {100 * row['width']:.3g} pt"
    refused = "" if row["refused"] < 0.005 else f", {100 * row['refused']:.0f} % refused"
    return f"{_percent(row['covered'])}{width}{refused} ({row['expected_events']:,.0f})"


def _only(rows: Sequence[Row], rate: str, claims: str) -> list[Row]:
    return [row for row in rows if row["rate"] == rate and row["claims"] == claims]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def put_into(document: Path, results: Mapping[str, Any]) -> None:
    """Replace the tables of the document.

    Raises
    ------
    ValueError
        If the document has no place for them.
    """
    text = document.read_text()
    pattern = re.escape(START) + ".*?" + re.escape(END)
    shown, found = re.subn(pattern, lambda _: block(results), text, flags=re.DOTALL)
    if not found:
        raise ValueError(f"{document} has no place for the tables: {START} … {END}")
    document.write_text(shown)


def kept() -> dict[str, Any]:
    """The numbers of the last full run."""
    results: dict[str, Any] = json.loads(KEPT.read_text())
    return results
