"""Recompute stored feature vectors as of their snapshot."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from scoring.services.feature_checks import check_features


class Command(BaseCommand):
    help = "Recompute stored feature vectors as of their snapshot; exit 1 where one differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sample", type=int, help="check only the newest N vectors")
        parser.add_argument("--json", action="store_true", help="end with one JSON object")

    def handle(self, **options: Any) -> None:
        if options["sample"] is not None and options["sample"] < 0:
            raise CommandError("--sample is not negative.")
        with tqdm(unit=" vectors", disable=None) as bar:
            check = check_features(sample=options["sample"], progress=bar.update)
        words = (
            f"{check.checked:,} checked, {check.skewed:,} skewed,"
            f" {check.unverifiable:,} unverifiable."
        )
        self.stdout.write(json.dumps(asdict(check)) if options["json"] else words)
        if check.skewed:
            sys.exit(1)
