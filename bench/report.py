"""The results as tables, held against what they must reach.

`python -m bench.report` shows the kept results in the document anew.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bench.installation import ROOT
from bench.options import Options

Results = Mapping[str, Any]
# What the repository keeps: the results of a full run, and the document that explains them.
KEPT = ROOT / "bench" / "results.json"
DOCUMENT = ROOT / "docs" / "performance.md"
# A run with other values of these is not the one that is published.
SIZES = {
    *("history_rows", "long_history_rows", "pipeline_rows", "growth_rows", "rounds", "seconds"),
    *("open_seconds", "latency_rate", "latency_seconds", "connections", "workers"),
    *("desk_cases", "desk_reviewers", "desk_seconds"),
}
START, END = "<!-- results -->", "<!-- end of results -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One number, what it must reach, and whether it does."""

    what: str
    reach: str
    measured: str
    reached: bool

    def markdown(self) -> str:
        """The row of the table."""
        return f"| {self.what} | {self.reach} | {self.measured} | {_yes(self.reached)} |"


def table(results: Results) -> str:
    """Return the table in Markdown; a measurement that was not made has no row."""
    head = ["| what | must reach | measured | reached |", "|---|---|---|---|"]
    return "\n".join([*head, *(row.markdown() for row in rows(results))])


def rows(results: Results) -> Iterator[Row]:
    """Yield the rows of all measurements that the results hold."""
    for name, section in SECTIONS.items():
        if name in results:
            yield from section(results[name])


def _pipeline(found: Results) -> Iterator[Row]:
    what = f"queue pipeline over {found['rows']:,} transactions, ingest to decided and routed"
    rate, ratio = found["per_second"], found["ratio_to_copy"]
    yield Row(what, "≥ 5,000/s", f"{rate:,.0f}/s", rate >= 5000)
    yield Row(
        "the same ÷ raw `COPY` of the same rows into the same tables",
        "≥ 1/12",
        f"1/{1 / ratio:.1f} ({found['copy']['per_second']:,.0f}/s by `COPY`)",
        ratio >= 1 / 12,
    )
    size = found["storage"]["bytes"]
    yield Row(
        "bytes a scored transaction, indexes included", "≤ 1,500", f"{size:,.0f}", size <= 1500
    )


LEAST = {"fastapi": 0.15, "bentoml": 1.5, "mlflow": 3.0}
REACH = {"fastapi": "≥ 0.15, goal 0.25", "bentoml": "≥ 1.5", "mlflow": "≥ 3"}
TITLES = {"fastapi": "bare FastAPI + XGBoost", "bentoml": "BentoML", "mlflow": "MLflow's server"}


def _decisions(found: Results) -> Iterator[Row]:
    for count, each in found["workers"].items():
        processes = f"{count} process{'es' if count != '1' else ''} each"
        ours = each["per_second"]["fraudreview"]["median"]
        for peer, ratio in each["ratios"].items():
            theirs = each["per_second"][peer]["median"]
            yield Row(
                f"`POST decisions/` ÷ {TITLES[peer]}, {processes}",
                REACH[peer],
                f"{ratio:.2f} ({ours:,.0f}/s ÷ {theirs:,.0f}/s)",
                ratio >= LEAST[peer],
            )
        half = each["half_peak"]["fraudreview"]
        times = half["milliseconds"]
        yield Row(
            f"`POST decisions/` p99 at half of its own peak ({half['rate']:,.0f}/s), {processes}",
            "< 50 ms",
            f"{times['p99']:.1f} ms (p50 {times['p50']:.1f}, p95 {times['p95']:.1f})",
            times["p99"] < 50,
        )


def _growth(found: Results) -> Iterator[Row]:
    short, long = found["history_rows"]["short"], found["history_rows"]["long"]
    for name, ratio in found["ratios"].items():
        rates = found["per_second"][name]
        yield Row(
            f"`{name}` with {long:,} rows of history ÷ with {short:,}",
            "≥ 0.8",
            f"{ratio:.2f} ({rates['long']['median']:,.0f}/s ÷ {rates['short']['median']:,.0f}/s)",
            ratio >= 0.8,
        )


def _hot_entity(found: Results) -> Iterator[Row]:
    ratio = found["ratio"]
    yield Row(
        "cost of a merchant with 1 M rows in 30 days ÷ a cold one",
        "≤ 1.5",
        f"{found['ratio_batch']:.2f} in batches of 500, {found['ratio_one']:.2f} alone",
        ratio <= 1.5,
    )


def _latency(found: Results) -> Iterator[Row]:
    times = found["visible_milliseconds"]
    yield Row(
        f"sent to visible in the queue with explanation, p95 at {found['rate']:,.0f}/s",
        "< 1,000 ms",
        f"{times['p95']:,.0f} ms (p50 {times['p50']:,.0f}, p99 {times['p99']:,.0f})",
        times["p95"] < 1000,
    )


def _desk(found: Results) -> Iterator[Row]:
    waiting, history = sum(found["open_tasks"].values()), found["history_rows"]
    where = f"{waiting:,} open cases, {history:,} rows of history"
    for what, limit, times in (
        (
            f"claim the next case, p95, {found['reviewers']} reviewers, {where}",
            15,
            found["claims"]["claim_milliseconds"],
        ),
        ("case page on the same data, p95", 150, found["case_page_milliseconds"]),
        ("search on the same data, p95", 200, found["search_milliseconds"]),
    ):
        measured = f"{times['p95']:.1f} ms (p50 {times['p50']:.1f}, p99 {times['p99']:.1f})"
        yield Row(what, f"< {limit} ms", measured, times["p95"] < limit)


def _labels(found: Results) -> Iterator[Row]:
    ways = {"file": "out of a file", "rest": "over REST in lists of 1,000, one client"}
    for way, rate in found["per_second"].items():
        what = f"{found['labels']:,} labels {ways[way]}"
        yield Row(what, "≥ 2,000/s", f"{rate:,.0f}/s", rate >= 2000)


SECTIONS: dict[str, Callable[[Results], Iterator[Row]]] = {
    "pipeline": _pipeline,
    "decisions": _decisions,
    "growth": _growth,
    "hot_entity": _hot_entity,
    "latency": _latency,
    "desk": _desk,
    "labels": _labels,
}


def storage_table(storage: Results) -> str:
    """Return the bytes of a scored transaction by table, largest first, in Markdown."""
    lines = ["| table | bytes a transaction | of which indexes |", "|---|---|---|"]
    by_size = sorted(storage["tables"].items(), key=lambda entry: -entry[1]["total"])
    lines += [
        f"| {name} | {size['total']:,.0f} | {size['indexes']:,.0f} |" for name, size in by_size
    ]
    indexes = sum(size["indexes"] for size in storage["tables"].values())
    lines.append(f"| all | {storage['bytes']:,.0f} | {indexes:,.0f} |")
    return "\n".join(lines)


def profile_table(profile: Results) -> str:
    """Return the shares of time by part of the product, in Markdown."""
    lines = ["| part | `POST decisions/` | worker |", "|---|---|---|"]
    parts = {name: profile[name]["process"]["parts"] for name in ("decisions", "worker")}
    names = sorted(
        {*parts["decisions"], *parts["worker"]},
        key=lambda name: (-round(_largest(parts, name), 4), name),
    )
    for name in names:
        shares = [parts[process].get(name, 0.0) for process in ("decisions", "worker")]
        lines.append(f"| {name} | {shares[0]:.0%} | {shares[1]:.0%} |")
    return "\n".join(lines)


def _largest(parts: Mapping[str, Mapping[str, float]], name: str) -> float:
    return max(shares.get(name, 0.0) for shares in parts.values())


def _made_on(results: Results) -> str:
    machine = results["machine"]
    return (
        f"{machine['cores']} cores of {machine['processor']}, {machine['memory_gb']:g} GB,"
        f" Python {machine['python']}, PostgreSQL {machine['postgresql']['server_version']},"
        f" seed {results['options']['seed']}, {results['measured_at'][:10]},"
        f" commit {machine['fraudreview']['commit']}."
    )


def _smaller(results: Results) -> list[str]:
    """Return a warning where the run was smaller than the published ones are."""
    smaller = [
        f"{field.name} {results['options'][field.name]} instead of {_shown(field.default)}"
        for field in fields(Options)
        if field.name in SIZES and results["options"][field.name] != _shown(field.default)
    ]
    return [f"**A smaller run, to be repeated:** {', '.join(smaller)}."] if smaller else []


def _shown(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def block(results: Results) -> str:
    """Return what the document shows of the results, between its two marks."""
    parts = [_made_on(results), *_smaller(results), table(results["measurements"])]
    measured = results["measurements"]
    if "pipeline" in measured:
        parts.append(storage_table(measured["pipeline"]["storage"]))
    if "profile" in measured:
        parts.append(profile_table(measured["profile"]))
    return "\n\n".join([START, *parts, END])


def put_into(document: Path, results: Results) -> None:
    """Replace what the document shows between the marks; ValueError where they are missing."""
    text = document.read_text()
    replaced, count = re.subn(
        re.escape(START) + ".*?" + re.escape(END), lambda _: block(results), text, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"{document} has no place for the results: {START} … {END}")
    document.write_text(replaced)


def _yes(reached: bool) -> str:
    return "yes" if reached else "**no**"


if __name__ == "__main__":
    put_into(DOCUMENT, json.loads(KEPT.read_text()))
