"""Is this installation healthy?"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fraudreview.doctor import examine


class Command(BaseCommand):
    help = "Ask this installation how it is; fails when anything needs a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print {checks: [...]}")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = []
        for finding in examine():
            findings.append(finding)
            if not options["json"]:
                word = "ok" if finding.ok else "NOT OK"
                self.stdout.write(f"{word:<8}{finding.name:<14}{finding.detail}")
        if options["json"]:
            self.stdout.write(json.dumps({"checks": [asdict(finding) for finding in findings]}))
        bad = [finding.name for finding in findings if not finding.ok]
        if bad:
            raise CommandError(f"Needs attention: {', '.join(bad)}.")
