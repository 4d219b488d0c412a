"""Everything on one machine: the product, a simulated company, its people and its payments."""

import json
import signal
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from fraudreview.demo.past import DemoError
from fraudreview.demo.people import CAST, demo_password
from fraudreview.demo.processes import Processes
from fraudreview.demo.running import last_words
from fraudreview.demo.story import Options, Ready, begin
from scoring.domain.errors import Problem

HINTS = {
    "analyst": "the queue",
    "lead": "the queue, escalations",
    "support": "customers and their payments",
    "manager": "the dashboards",
    "admin": "models, policies, keys",
}


class Command(BaseCommand):
    help = "Run everything on simulated data: services, workers, cases, dashboards, a live feed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="of the web server (8000)")
        parser.add_argument("--days", type=int, default=60, help="of history (60)")
        parser.add_argument("--per-day", type=int, default=1500, help="payments a day (1500)")
        parser.add_argument("--no-feed", action="store_true", help="no new payments")
        parser.add_argument(
            "--exit-when-ready", action="store_true", help="stop everything once it runs"
        )
        parser.add_argument(
            "--json", action="store_true", help="the numbers as the last line of output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Also SIGINT: a shell that starts us in the background has us ignore it.
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sent, _interrupt)
        asked = _options(options)
        processes = Processes(asked.folder / "logs")
        try:
            ready = begin(asked, processes)
            self._welcome(ready, asked)
            if options["json"]:
                self.stdout.write(json.dumps(ready.to_numbers()))
                self.stdout.flush()
            if not options["exit_when_ready"]:
                self._stay(processes)
        except (DemoError, Problem) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stderr.write("\nStopping.")
        finally:
            processes.stop()

    def _welcome(self, ready: Ready, asked: Options) -> None:
        logs = asked.folder / "logs"
        password = demo_password(asked.folder / "password")
        lines = [
            f"Fraud Review runs at {ready.address}  (ready after {ready.ready_seconds:.0f} s)",
            "",
            *(f"  {name:<7}{role:<9}{HINTS[role]}" for name, role in CAST.items()),
            f"  password of all: {password}",
            "",
            f"{ready.open_cases:,} open cases, {ready.decisions:,} decisions, "
            f"{ready.labels:,} labels. Logs: {logs}. Ctrl-C stops everything.",
        ]
        self.stderr.write("\n".join(["", *lines, ""]))

    def _stay(self, processes: Processes) -> None:
        while (ended := processes.ended()) is None:
            time.sleep(0.5)
        raise DemoError(f"The process {ended!r} ended.\n{last_words(processes, ended)}")


def _options(options: dict[str, Any]) -> Options:
    if not 3 <= options["days"] <= 730:
        raise CommandError("--days must lie between 3 and 730.")
    if not 1 <= options["per_day"] <= 1_000_000:
        raise CommandError("--per-day must lie between 1 and 1,000,000.")
    if not 1 <= options["port"] <= 65535:
        raise CommandError("--port must lie between 1 and 65535.")
    return Options(
        port=options["port"],
        days=options["days"],
        per_day=options["per_day"],
        feed=not options["no_feed"],
        folder=settings.VAR / "demo",
    )


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
