"""`python -m bench [NAME …]`: measure, print a table, write the results.

Without a name everything is measured; the results then go to bench/results.json and into
docs/performance.md. Some measurements alone, or small ones, go to var/bench/latest.json.
"""

import argparse
import signal
import sys
from dataclasses import fields, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench import installation
from bench.options import Options

# In this order; one that this checkout does not have is left out.
NAMES = tuple(
    name
    for name in (
        *("decisions", "pipeline", "services", "growth"),
        *("hot_entity", "latency", "desk", "profile"),
    )
    if find_spec(f"bench.{name}")
)
# Not part of a full run: the pipeline tells of its own rows what storage does, labels are few, and
# what pages read is measured when they change.
MORE = ("storage", "labels", "pages")


def main() -> int:
    """Run the named measurements, all of them without a name; return the exit status."""
    parser = _parser()
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - {*NAMES, *MORE}:
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    options = _options(arguments)
    # Asked to end, it stops what it started and drops its databases.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(1))
    installation.set_up()
    from bench.report import KEPT
    from bench.running import run

    full = not arguments.names and not arguments.quick
    kept = KEPT if full else installation.FOLDER / "latest.json"
    run(arguments.names or NAMES, options, arguments.out or kept)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES + MORE)}")
    parser.add_argument("--quick", action="store_true", help="a smoke run with tiny sizes")
    parser.add_argument("--out", type=Path, help="where the results go (JSON)")
    for field in fields(Options):
        name = "--" + field.name.replace("_", "-")
        default = field.default
        if isinstance(default, bool):
            parser.add_argument(name, action="store_true", default=None, help="without the peers")
        elif isinstance(default, tuple):
            parser.add_argument(name, type=int, nargs="+")
        elif field.name == "environments":
            parser.add_argument(name, type=Path, help="folder of the peers' environments")
        else:
            parser.add_argument(name, type=int if default is None else type(default))
    return parser


def _options(arguments: argparse.Namespace) -> Options:
    given: dict[str, Any] = {
        field.name: tuple(value) if isinstance(value, list) else value
        for field in fields(Options)
        if (value := getattr(arguments, field.name)) is not None
    }
    options = Options().quick() if arguments.quick else Options()
    return replace(options, **given)


if __name__ == "__main__":
    sys.exit(main())
