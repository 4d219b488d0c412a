"""Score the payments of a file without storing them."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from fraudreview.management.importing import FileProgress, told_errors
from scoring.domain.errors import Problem
from scoring.services.file_scoring import FileScores, score_file


class Command(BaseCommand):
    help = (
        "Score payments from .csv, .csv.gz, .parquet or .ndjson without storing them, as if they"
        " came on top of what is stored. Broken rows are told by line, the rest is scored; exit 1"
        " where none could be."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--out", type=Path, required=True, help=".csv, .csv.gz, .parquet or .ndjson"
        )
        parser.add_argument(
            "--mapping",
            help="a shipped mapping or a TOML file; without it the one that fits is taken",
        )
        parser.add_argument(
            "--model-version", type=int, help="a version of any stage, instead of the policy's own"
        )
        parser.add_argument("--policy", type=int, help="its number, instead of the active one's")
        parser.add_argument(
            "--json", action="store_true", help="print {rows, scored, errors, errors_total, out, …}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with FileProgress(options["file"]) as progress:
                scores = score_file(
                    path=options["file"],
                    out=options["out"],
                    now=timezone.now(),
                    mapping_name=options["mapping"],
                    model_version=options["model_version"],
                    policy=options["policy"],
                    progress=progress,
                )
        except Problem as problem:
            raise CommandError(problem.message) from problem
        except OSError as error:
            raise CommandError(f"Cannot write {options['out']}: {error.strerror}.") from error
        self.stdout.write(json.dumps(asdict(scores)) if options["json"] else _told(scores))
        if not scores.scored:
            sys.exit(1)


def _told(scores: FileScores) -> str:
    where = f" into {scores.out}" if scores.scored else ", so nothing was written"
    counts = (
        f"With the mapping {scores.mapping}, model version {scores.model_version} and policy"
        f" {scores.policy_version}: {scores.rows:,} rows, {scores.scored:,} scored{where}"
    )
    return "\n".join([counts, *told_errors(scores.errors, scores.errors_total)])
