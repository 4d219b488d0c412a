"""Import past payments with their answers from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from fraudreview.management.importing import FileProgress, told
from labeling.services.history import import_history
from scoring.domain.errors import Problem


class Command(BaseCommand):
    help = (
        "Import payments from .csv, .csv.gz, .parquet or .ndjson. Rows that are stored already"
        " are counted as duplicates; broken ones are told by line, the rest is imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--mapping",
            help="a shipped mapping or a TOML file; without it the one that fits is taken",
        )
        parser.add_argument(
            "--label-delay-days",
            type=float,
            help="when a label is known that no column dates (the mapping's delay, or 7)",
        )
        parser.add_argument(
            "--enqueue", action="store_true", help="have the payments decided like live ones"
        )
        parser.add_argument(
            "--json", action="store_true", help="print {rows, imported, duplicates, errors, …}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with FileProgress(options["file"]) as progress:
                summary = import_history(
                    path=options["file"],
                    now=timezone.now(),
                    mapping_name=options["mapping"],
                    label_delay_days=options["label_delay_days"],
                    enqueue=options["enqueue"],
                    progress=progress,
                )
        except Problem as problem:
            raise CommandError(problem.message) from problem
        self.stdout.write(told(summary, as_json=options["json"]))
