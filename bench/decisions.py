"""`POST decisions/` against the peers: durable, authenticated, validated, with live features.

The peers get ready-made vectors, keep nothing and ask nobody who they are. All servers run in
the same minutes on the same machine, one under load at a time, in alternating rounds.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any

from bench import processes
from bench.base import Base
from bench.checks import require_decided
from bench.databases import database, settle
from bench.generator import Generator, ceiling
from bench.options import Options
from bench.peers.environments import PEERS
from bench.peers.serving import Target, peer
from bench.progress import say
from bench.statistics import ratios, spread

OURS = "fraudreview"
PREFIX = "d"


def measure(options: Options, base: Base) -> dict[str, Any]:
    """Return, per number of worker processes, peaks, ratios and times at half of the peak."""
    return {
        "generator": ceiling(options),
        "server": options.server,
        "threads": options.threads,
        "workers": {str(count): _with_workers(count, options, base) for count in options.workers},
    }


def _with_workers(count: int, options: Options, base: Base) -> dict[str, Any]:
    with (
        database("decisions", template=base.database),
        targets(count, options, base) as servers,
    ):
        settle()
        generator = Generator(options)
        for server in servers.values():
            # The first answers of a process load libraries and models.
            generator.closed(server, options.threads, seconds=1.0)
        sweeps = {name: _sweep(generator, server, options) for name, server in servers.items()}
        best = {name: max(found, key=found.__getitem__) for name, found in sweeps.items()}
        rates = _rounds(generator, servers, sweeps, best, options)
        half = {name: _at_half(generator, servers[name], median(rates[name])) for name in servers}
        degraded = require_decided(PREFIX, generator.sent)
    return {
        "sweep": sweeps,
        "connections": best,
        "per_second": {name: spread(values) for name, values in rates.items()},
        "rounds": rates,
        "ratios": ratios(rates, OURS),
        "half_peak": half,
        "decided": generator.sent,
        "degraded": degraded,
    }


@contextmanager
def targets(count: int, options: Options, base: Base) -> Iterator[dict[str, Target]]:
    """Run our web server and every peer with `count` processes each."""
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(peer(name, base.material, workers=count))
            for name in (() if options.only_ours else PEERS)
        }
        servers[OURS] = stack.enter_context(our_target(count, options, base))
        yield servers


@contextmanager
def our_target(count: int, options: Options, base: Base) -> Iterator[Target]:
    """Run our web server on the database in use."""
    with processes.web(options, count) as (web, port):
        requests = {
            "shape": "decisions",
            "path": "/api/v1/decisions/",
            "headers": {"Authorization": f"Api-Key {base.key}"},
            "history_rows": base.world.rows,
            "prefix": PREFIX,
        }
        yield Target(OURS, web.pid, port, requests)


def _sweep(generator: Generator, server: Target, options: Options) -> dict[int, float]:
    """Return answers a second by number of connections."""
    return {
        connections: _closed(generator, server, connections)["per_second"]
        for connections in options.connections
    }


def _closed(generator: Generator, server: Target, connections: int) -> dict[str, Any]:
    """Load a server as fast as so many connections can, and count its processor time."""
    postgres = processes.postgres_pid()
    before = processes.cpu_seconds(server.pid), processes.cpu_seconds(postgres)
    run = generator.closed(server, connections)
    after = processes.cpu_seconds(server.pid), processes.cpu_seconds(postgres)
    spent = [1e3 * (late - early) / run["sent"] for early, late in zip(before, after, strict=True)]
    run["cpu_milliseconds"] = {"server": spent[0], "postgres": spent[1]}
    cpu = f"CPU {spent[0]:.2f} + {spent[1]:.2f} ms a request in server + PostgreSQL"
    say(f"{server.name} {connections} connections: {_told(run)}, {cpu}")
    return run


def _rounds(
    generator: Generator,
    servers: dict[str, Target],
    sweeps: dict[str, dict[int, float]],
    best: dict[str, int],
    options: Options,
) -> dict[str, list[float]]:
    """Return the best rate of each round; the sweep is the first round."""
    rates = {name: [found[best[name]]] for name, found in sweeps.items()}
    for _ in range(options.rounds - 1):
        for name, server in servers.items():
            rates[name].append(_closed(generator, server, best[name])["per_second"])
    return rates


def _at_half(generator: Generator, server: Target, peak: float) -> dict[str, Any]:
    """Return the times at half of the server's own peak."""
    before = processes.cpu_seconds(server.pid)
    run = generator.open(server, peak / 2)
    say(f"{server.name} at {peak / 2:.0f}/s: {_told(run)}")
    return {
        "rate": peak / 2,
        "milliseconds": run["milliseconds"],
        "server_cpu": round(processes.cpu_seconds(server.pid) - before, 2),
        "generator_cpu": round(run["generator_cpu"], 2),
        "elapsed": run["elapsed"],
    }


def _told(run: dict[str, Any]) -> str:
    times = run["milliseconds"]
    share = run["generator_cpu"] / run["elapsed"]
    return (
        f"{run['per_second']:,.0f}/s, p50 {times['p50']:.1f} ms, p99 {times['p99']:.1f} ms"
        f" (generator {share:.0%} of a core)"
    )
