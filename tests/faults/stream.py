"""The run: a stream of payments, kills at random moments, and what is left afterwards."""

import json
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.faults.installation import Installation
from tests.faults.integrator import Orders
from tests.faults.killing import SECONDS_BETWEEN, TARGETS, Kill, Killer
from tests.faults.notes import read, write
from tests.faults.proof import stored_answers

WAITING = """
SELECT (SELECT count(*) FROM scoring_queuedtransaction)
    + (SELECT count(*) FROM scoring_caserequest WHERE consumed_at IS NULL)
"""


@dataclass(frozen=True)
class Size:
    """How many payments at least, how many kills of each target, and the seed of all chance."""

    payments: int
    kills: int
    seed: int


@dataclass
class Outcome:
    """What the integrator was told, what was killed, and the installation, still running."""

    installation: Installation
    size: Size
    ledger: dict[str, Any]
    kills: list[Kill]
    settled_seconds: float

    @cached_property
    def stored(self) -> dict[str, dict[str, Any]]:
        """The stored decisions by external id."""
        with self.installation.postgres.connected() as connection:
            return stored_answers(connection)


@contextmanager
def run_stream(folder: Path, size: Size) -> Iterator[Outcome]:
    """Send and kill; yield what is left once nothing waits; then stop everything."""
    installation = Installation(folder)
    sender: subprocess.Popen[bytes] | None = None
    all_kills = size.kills * len(TARGETS)
    try:
        secret = installation.prepare()
        sender = _start_sending(installation, secret, size)
        killer = Killer(
            installation.supervisor,
            random.Random(size.seed),
            lambda: _acknowledged(folder),
            lambda kills: write(folder / "killed", str(kills / all_kills)),
            lambda kills: _acknowledged(folder) / size.payments < kills / all_kills,
        )
        installation.supervisor.run_until(lambda: _acknowledged(folder) > 0, "the first payment")
        killer.kill_each_alone()
        killer.kill_all(size.kills - 1)
        assert sender.poll() is None, "the stream was over before the last kill"
        installation.supervisor.run_until(
            lambda: _acknowledged(folder) > killer.kills[-1].acknowledged,
            "a payment after the last kill",
        )
        _finish_sending(installation, sender, size)
        settled = installation.supervisor.run_until(
            lambda: _nothing_waits(installation), "the last decision and its case"
        )
        ledger = json.loads((folder / "ledger.json").read_text())
        yield Outcome(installation, size, ledger, killer.kills, settled)
    finally:
        if sender:
            sender.kill()
            sender.wait()
        installation.supervisor.stop()


def _start_sending(
    installation: Installation, secret: str, size: Size
) -> "subprocess.Popen[bytes]":
    pace = size.payments / (len(TARGETS) * size.kills * SECONDS_BETWEEN)
    orders = Orders(installation.port, secret, size.payments, pace, size.seed)
    sender = installation.integrator()
    assert sender.stdin
    sender.stdin.write(json.dumps(asdict(orders)).encode() + b"\n")
    sender.stdin.flush()
    return sender


def _finish_sending(
    installation: Installation, sender: "subprocess.Popen[bytes]", size: Size
) -> None:
    assert sender.stdin
    sender.stdin.close()
    while sender.poll() is None:
        before = _acknowledged(installation.folder)
        installation.supervisor.run_until(
            lambda before=before: (  # type: ignore[misc]
                sender.poll() is not None or _acknowledged(installation.folder) > before
            ),
            f"the rest of the stream\n{installation.log('integrator')[-3000:]}",
        )
    assert sender.returncode == 0, installation.log("integrator")


def _acknowledged(folder: Path) -> int:
    return int(read(folder / "progress"))


def _nothing_waits(installation: Installation) -> bool:
    with installation.postgres.connected() as connection:
        return connection.execute(WAITING).fetchone() == (0,)
