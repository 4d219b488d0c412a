"""One run: prepare, measure by name, print a table, write the results."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from bench import report
from bench.base import Base, base
from bench.databases import drop_leftovers
from bench.installation import FOLDER
from bench.machine import described
from bench.options import Options
from bench.progress import say

Measure = Callable[[Options, Base], dict[str, Any]]


def run(names: Sequence[str], options: Options, out: Path) -> dict[str, Any]:
    """Carry out the measurements, print their table, write the results and return them.

    What is measured so far lies in the benchmark's folder, should a later one fail.
    """
    drop_leftovers()
    results: dict[str, Any] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": described(options),
        # Where the peers' environments lie is nobody's business.
        "options": {
            name: _plain(value)
            for name, value in asdict(replace(options, environments=None)).items()
        },
        "measurements": {},
    }
    with base(options) as prepared:
        say("prepared")
        for name in names:
            measure: Measure = import_module(f"bench.{name}").measure
            say(f"== {name}")
            results["measurements"][name] = measure(options, prepared)
            _write(results, FOLDER / "latest.json")
    _write(results, out)
    print(report.table(results["measurements"]))
    if out == report.KEPT:
        report.put_into(report.DOCUMENT, rounded(results))
    return results


def _write(results: dict[str, Any], out: Path) -> None:
    out.write_text(json.dumps(rounded(results), indent=1) + "\n")


def rounded(value: Any) -> Any:
    """Return the value with every fraction cut to five significant digits."""
    if isinstance(value, dict):
        return {str(key): rounded(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(entry) for entry in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
