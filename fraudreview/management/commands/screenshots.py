"""Pictures of the main pages, from a running demo or from one started for them."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from fraudreview.demo.people import demo_password
from fraudreview.screenshots import PICTURES, NoBrowser, NoPicture, photograph

STOP_SECONDS = 60


class Command(BaseCommand):
    help = "Photograph the main pages into docs/images (needs Chromium)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", help="of a running demo; without it one is started")
        parser.add_argument("--out", type=Path, default=settings.BASE_DIR / "docs" / "images")
        parser.add_argument(
            "--only", nargs="+", metavar="NAME", help=", ".join(each.name for each in PICTURES)
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["only"] or [picture.name for picture in PICTURES]
        pictures = tuple(picture for picture in PICTURES if picture.name in wanted)
        unknown = set(wanted) - {picture.name for picture in pictures}
        if unknown:
            raise CommandError(f"There is no picture named {', '.join(sorted(unknown))}.")
        try:
            with _site(options["address"]) as (address, password):
                taken = photograph(
                    address=address, password=password, folder=options["out"], pictures=pictures
                )
                for file in taken:
                    self.stdout.write(str(file))
        except (NoBrowser, NoPicture) as error:
            raise CommandError(str(error)) from error


@contextmanager
def _site(address: str | None) -> Iterator[tuple[str, str]]:
    """Yield address and password of the demo that runs, or of one that lives as long as this."""
    if address:
        yield address.rstrip("/"), demo_password(settings.VAR / "demo" / "password")
        return
    with tempfile.TemporaryDirectory(prefix="fraudreview-screenshots-") as folder:
        demo = _start_demo(Path(folder))
        try:
            yield _address_of(demo), demo_password(Path(folder) / "demo" / "password")
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(STOP_SECONDS)


def _start_demo(folder: Path) -> "subprocess.Popen[str]":
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    return subprocess.Popen(  # noqa: S603 (ourselves)
        [sys.executable, "manage.py", "demo", f"--port={_free_port()}", "--json"],
        cwd=settings.BASE_DIR,
        env={**kept, "FRAUDREVIEW_VAR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )


def _address_of(demo: "subprocess.Popen[str]") -> str:
    """Return the address the demo names once it is ready."""
    assert demo.stdout is not None
    for line in demo.stdout:
        if line.startswith("{"):
            return str(json.loads(line)["address"])
    raise CommandError("The demo ended before it was ready; it says why above.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
