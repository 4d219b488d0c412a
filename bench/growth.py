"""Does speed decay with history? The same work on a short and on a long history, side by side.

Both databases exist at the same time and are measured in alternating rounds. The long history has
as many rows per customer and per merchant as the short one, and a longer tail of merchants.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from bench import model, services
from bench.base import Base
from bench.checks import require_decided
from bench.databases import database, settle, use
from bench.decisions import PREFIX, our_target
from bench.generator import Generator
from bench.history import World, add_history
from bench.options import Options
from bench.peers.serving import Target
from bench.progress import say
from bench.statistics import median_ratio, spread

CONNECTIONS = 16


@dataclass(slots=True)
class Side:
    """A database with a history, a web server on it, and the rates found so far."""

    database: str
    base: Base
    target: Target
    generator: Generator
    scoring: list[float]
    answering: list[float]


def measure(options: Options, base: Base) -> dict[str, Any]:
    """Return rates with both histories and the ratios of the long one to the short one."""
    with ExitStack() as stack:
        short = stack.enter_context(_side("short", options, base, World(options.history_rows)))
        long = stack.enter_context(_side("long", options, base, World(options.long_history_rows)))
        for side in (short, long):
            _round(side, options, "warm")
            side.scoring.clear()
            side.answering.clear()
        for number in range(options.rounds):
            # Whoever comes second finds the disk busier: they take turns.
            for side in (short, long) if number % 2 == 0 else (long, short):
                _round(side, options, f"r{number}")
        for side in (short, long):
            use(side.database)
            require_decided(PREFIX, side.generator.sent)
        use(base.database)
    found = {
        "score_pending": (short.scoring, long.scoring),
        "POST decisions/": (short.answering, long.answering),
    }
    return {
        "history_rows": {"short": short.base.world.rows, "long": long.base.world.rows},
        "rows_each_round": options.growth_rows,
        "per_second": {
            name: {"short": spread(few), "long": spread(many)}
            for name, (few, many) in found.items()
        },
        "ratios": {name: median_ratio(many, few) for name, (few, many) in found.items()},
    }


@contextmanager
def _side(name: str, options: Options, base: Base, world: World) -> Iterator[Side]:
    """Prepare a database: a copy of the base, or a history of its own with the same model."""
    same = world.rows == base.world.rows
    with database(name, template=base.database if same else None) as made:
        key = base.key
        if not same:
            add_history(world, seed=options.seed, until=base.now)
            model.put_into_production(base.trained, now=base.now)
            key = model.api_key(now=base.now)
        settle()
        say(f"{world.rows:,} rows of history are ready")
        own = replace(base, world=world, key=key)
        with our_target(1, options, own) as target:
            use(base.database)
            yield Side(made, own, target, Generator(options), [], [])


def _round(side: Side, options: Options, prefix: str) -> None:
    """Decide fresh transactions in this process, then answer as many requests as go."""
    use(side.database)
    count = options.growth_rows
    services.take_in(options, side.base.world, prefix, count, timezone.now())
    side.scoring.append(count / services.decide_all())
    require_decided(prefix, count)
    side.answering.append(side.generator.closed(side.target, CONNECTIONS)["per_second"])
    say(
        f"{side.base.world.rows:,} rows of history: scores {side.scoring[-1]:,.0f}/s,"
        f" answers {side.answering[-1]:,.0f}/s"
    )
