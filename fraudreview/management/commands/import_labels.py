"""Import labels from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from fraudreview.management.importing import FileProgress, told
from labeling.services.label_files import import_labels
from scoring.domain.errors import Problem


class Command(BaseCommand):
    help = (
        "Import labels from .csv, .csv.gz, .parquet or .ndjson, with the columns of POST labels/."
        " Labels that are known already are counted as duplicates."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--json", action="store_true", help="print {rows, imported, duplicates, errors, …}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with FileProgress(options["file"]) as progress:
                summary = import_labels(path=options["file"], now=timezone.now(), progress=progress)
        except Problem as problem:
            raise CommandError(problem.message) from problem
        self.stdout.write(told(summary, as_json=options["json"]))
