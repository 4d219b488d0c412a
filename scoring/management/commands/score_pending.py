"""Drain the scoring queue in the foreground."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from scoring.models import QueuedTransaction
from scoring.services import score_pending

STEP = 2000


class Command(BaseCommand):
    help = "Decide every transaction that waits in the scoring queue, then stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="end with one JSON object")

    def handle(self, **options: Any) -> None:
        decided = 0
        with tqdm(total=QueuedTransaction.objects.count(), unit=" decisions", disable=None) as bar:
            while step := score_pending(clock=timezone.now, most=STEP):
                decided += step
                bar.update(step)
        answer = json.dumps({"decided": decided}) if options["json"] else f"{decided:,} decided."
        self.stdout.write(answer)
