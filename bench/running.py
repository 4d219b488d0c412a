"""One run: prepare, measure by name, write the results."""

import json
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.base import Base, base
from bench.databases import drop_leftovers
from bench.options import Options
from bench.progress import say

Measure = Callable[[Options, Base], dict[str, Any]]


def run(names: Sequence[str], options: Options, out: Path | None) -> dict[str, Any]:
    """Carry out the measurements and return the results."""
    drop_leftovers()
    results: dict[str, Any] = {}
    with base(options) as prepared:
        say("prepared")
        for name in names:
            measure: Measure = import_module(f"bench.{name}").measure
            say(name)
            results[name] = measure(options, prepared)
    if out:
        out.write_text(json.dumps(results, indent=1) + "\n")
    return results
