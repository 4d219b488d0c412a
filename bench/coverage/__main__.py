"""`python -m bench.coverage`: simulate all configurations, keep and show the numbers."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from multiprocessing import Pool

import numpy as np

from bench.coverage.report import DOCUMENT, KEPT, put_into, summary
from bench.coverage.running import WINDOWS, Tally, tally, worlds
from bench.coverage.world import World

SEED = 20_261_128


def main(arguments: Sequence[str] | None = None) -> None:
    """Run it, with a line for each configuration."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--windows", type=int, default=WINDOWS, help="windows a configuration")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args(arguments)
    jobs = [(world, options.windows, number) for number, world in enumerate(worlds())]
    found: list[Tally] = []
    with Pool(options.processes) as pool:
        for tallies in pool.imap(_job, jobs):
            found += tallies
            print("; ".join(_line(each) for each in tallies), flush=True)
    results = {"windows": options.windows, "seed": SEED, "rows": [asdict(each) for each in found]}
    print(summary(results))
    KEPT.write_text(json.dumps(results, indent=1) + "\n")
    put_into(DOCUMENT, results)


def _job(job: tuple[World, int, int]) -> list[Tally]:
    world, windows, number = job
    return tally(world, windows=windows, rng=np.random.default_rng([SEED, number]))


def _line(found: Tally) -> str:
    name = f"{found.claims} {100 * found.prevalence:g} % {found.audits} {found.rate}"
    return f"{name}: covered {found.covered:.3f}, refused {found.refused:.3f}"


if __name__ == "__main__":
    main()
