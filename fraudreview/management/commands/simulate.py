"""Write a simulated payment history to a file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from fraudreview.simulation import Drift, SimulationSettings, default_drift, simulate
from fraudreview.simulation.files import require_known_ending, write_rows
from scoring.domain.errors import Problem


class Command(BaseCommand):
    help = (
        "Simulate payments with fraud, late labels and, if asked, drift. "
        "The same numbers give the same file."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=60, help="how many days (60)")
        parser.add_argument("--per-day", type=int, default=1500, help="payments a day (1500)")
        parser.add_argument("--seed", type=int, default=1, help="chance, repeatable (1)")
        parser.add_argument(
            "--drift",
            action="store_true",
            help="amounts, a wallet, countries and customers change in the last third",
        )
        parser.add_argument("--growth", type=float, default=0.0, help="more volume per 30 days")
        parser.add_argument(
            "--out", type=Path, required=True, help=".csv, .csv.gz, .parquet or .ndjson"
        )
        parser.add_argument("--json", action="store_true", help="print {rows, frauds}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = _simulate_to_file(options)
        except Problem as problem:
            raise CommandError(problem.message) from problem
        except OSError as error:
            raise CommandError(f"Cannot write {options['out']}: {error.strerror}.") from error
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(
                f"{counts['rows']:,} payments, {counts['frauds']:,} of them fraud,"
                f" in {options['out']}"
            )


def _simulate_to_file(options: dict[str, Any]) -> dict[str, int]:
    require_known_ending(options["out"])
    if options["seed"] < 0:
        raise Problem("invalid_setting", "seed must not be negative.")
    settings = SimulationSettings(
        days=options["days"],
        per_day=options["per_day"],
        growth=options["growth"],
        drift=default_drift(options["days"]) if options["drift"] else Drift(),
    )
    table = simulate(settings, np.random.default_rng(options["seed"]))
    write_rows(table, options["out"])
    return {"rows": table.height, "frauds": int(table["is_fraud"].sum())}
