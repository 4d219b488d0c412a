"""Run as a process: an honest integrator, who sends payments until told that it is enough.

    python -m tests.faults.integrator FOLDER   (settings as JSON on the first line of stdin)

It writes how many payments were acknowledged into FOLDER/progress while it sends, and its ledger
into FOLDER/ledger.json at the end. It ends when the wanted number is acknowledged and stdin was
closed, and never leaves a request without its acknowledgement. FOLDER/killed holds the share of
the kills that are done: it keeps step with it, faster or slower, and never pauses.
"""

import json
import random
import select
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from tests.faults.calling import Broken, Caller
from tests.faults.ledger import Ledger, Record
from tests.faults.notes import read, write

SENDERS = 6
# By the test's model: approved, reviewed, blocked.
AMOUNTS = ("20.00", "35.50", "150.00", "500.00")
WEIGHTS = (60, 15, 15, 10)
RECENT = 400
# Rests are this much longer than the pace says while ahead of the kills, and shorter while behind.
STEP = 4


@dataclass(frozen=True)
class Orders:
    """Where to send, how much, how fast (payments a second, all senders together), and the seed."""

    port: int
    secret: str
    payments: int
    pace: float
    seed: int


class Pace:
    """How fast all senders together go, and whether it is enough."""

    def __init__(self, orders: Orders) -> None:
        self.per_second = orders.pace
        self.ahead = False
        self.enough = threading.Event()

    def rest(self, sent: int, rng: random.Random) -> None:
        """Rest after having sent so many."""
        factor = STEP if self.ahead else 1 / STEP
        self.enough.wait(factor * sent * SENDERS / self.per_second * rng.uniform(0, 2))


class Sender(threading.Thread):
    """One of several threads that send at random to all endpoints."""

    def __init__(self, number: int, orders: Orders, ledger: Ledger, pace: "Pace"):
        super().__init__(name=f"sender-{number}", daemon=True)
        self.number, self.ledger, self.pace = number, ledger, pace
        self.rng = random.Random(f"{orders.seed}-{number}")
        self.caller = Caller(orders.port, orders.secret, ledger, self.rng)
        self.numbers = count()

    def run(self) -> None:
        """Send until it is enough; a bug in here is a complaint, too."""
        deeds: dict[Callable[[], int], int] = {
            self.send_one: 12,
            self.send_list: 14,
            self.send_lines: 2,
            self.decide: 60,
            self.send_again: 5,
            self.send_conflict: 3,
            self.ask: 4,
        }
        try:
            while not self.pace.enough.is_set():
                [deed] = self.rng.choices(list(deeds), list(deeds.values()))
                sent = deed()
                self.ledger.count(deed.__name__)
                self.pace.rest(sent, self.rng)
        except Exception as error:
            self.ledger.complain(f"the integrator itself failed: {error!r}")

    def payment(self) -> Record:
        [amount] = self.rng.choices(AMOUNTS, WEIGHTS)
        return {
            "external_id": f"s{self.number}-{next(self.numbers)}",
            "occurred_at": datetime.now(UTC).isoformat(),
            "amount": amount,
            "currency": "EUR",
            "customer_id": f"C{self.rng.randrange(500)}",
            "merchant_id": f"M{self.rng.randrange(40)}",
            "email": f"c{self.rng.randrange(500)}@example.com",
        }

    def payments(self, number: int) -> list[Record]:
        return [self.payment() for _ in range(number)]

    def send_one(self) -> int:
        record = self.payment()
        self._send([record], record)
        return 1

    def send_list(self) -> int:
        records = self.payments(self.rng.randint(1, 20))
        self._send(records, records)
        return len(records)

    def send_lines(self) -> int:
        [size] = self.rng.choices((30, 150, 1300), (55, 40, 5))
        records = self.payments(size)
        self.caller.persist("lines", lambda: self._stream(records))
        return size

    def decide(self) -> int:
        record = self.payment()
        self.caller.persist("a decision", lambda: self._decide(record))
        return 1

    def send_again(self) -> int:
        """Send what was acknowledged before: nothing is added, and the answer stays."""
        if not (recent := self.ledger.recent(RECENT)):
            return 0
        records = self.rng.sample(recent, min(len(recent), self.rng.randint(1, 5)))
        if self.rng.random() < 0.5:
            self.caller.persist("a duplicate", lambda: self._decide(records[0]))
        else:
            body = self._send(records, records)
            if body and body["accepted"]:
                self.ledger.complain(f"acknowledged before and accepted again: {body}")
        return 1

    def send_conflict(self) -> int:
        """Send an acknowledged id with another amount: refused, everywhere."""
        if not (recent := self.ledger.recent(RECENT)):
            return 0
        changed = {**self.rng.choice(recent), "amount": "77.77"}
        path = self.rng.choice(("transactions/", "decisions/"))
        answer = self.caller.persist("a conflict", lambda: self.caller.post(path, changed))
        if answer and (answer[0], answer[1]["code"]) != (409, "conflict"):
            self.ledger.complain(f"a conflict was answered {answer}")
        return 1

    def ask(self) -> int:
        """Ask for decisions of acknowledged payments: known at least, and the same as before."""
        for record in self.rng.sample(recent := self.ledger.recent(RECENT), min(len(recent), 3)):
            path = f"decisions/{record['external_id']}/"
            answer = self.caller.persist("a question", lambda path=path: self.caller.get(path))
            if answer and answer[0] == 200:
                self.ledger.answer(answer[1])
            elif answer and answer[0] != 202:
                self.ledger.complain(f"{path} answered {answer}")
        return 1

    def _send(self, records: list[Record], body: Any) -> dict[str, Any] | None:
        answer = self.caller.persist("a list", lambda: self.caller.post("transactions/", body))
        if answer is None:
            return None
        status, summary = answer
        if status != 202 or summary["errors"]:
            self.ledger.complain(f"transactions/ answered {status} {summary}")
        elif summary["accepted"] + summary["duplicates"] != len(records):
            self.ledger.complain(f"{len(records)} sent, and answered {summary}")
        self.ledger.acknowledge(records, queued=True)
        return dict(summary)

    def _stream(self, records: list[Record]) -> None:
        """Send lines; each line of progress acknowledges what it counts."""
        last: dict[str, Any] = {}
        for last in self.caller.lines("transactions/", records):
            counts = last.get("progress", last)
            told = counts["accepted"] + counts["duplicates"] + counts["error_count"]
            if counts["error_count"] or told != counts["lines"]:
                self.ledger.complain(f"lines were answered {last}")
            self.ledger.acknowledge(records[: counts["lines"]], queued=True)
        if last.get("code") == "broken_off":
            raise Broken("lines broken_off")
        if last.get("lines") != len(records) or "progress" in last:
            raise Broken("lines without an end")

    def _decide(self, record: Record) -> None:
        status, answer = self.caller.post("decisions/", record)
        if status not in (200, 202):
            self.ledger.complain(f"decisions/ answered {status} {answer}")
            return
        self.ledger.acknowledge([record], queued=False)
        if status == 202:
            raise Broken("202 pending")
        self.ledger.answer(answer)


def main(folder: Path) -> None:
    """Send until the wanted number is acknowledged and nobody wants more."""
    orders = Orders(**json.loads(sys.stdin.readline()))
    ledger, pace = Ledger(), Pace(orders)
    senders = [Sender(number, orders, ledger, pace) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    wanted = True
    while wanted or len(ledger.acknowledged) < orders.payments:
        share = len(ledger.acknowledged) / orders.payments
        write(folder / "progress", str(len(ledger.acknowledged)))
        pace.ahead = wanted and share > float(read(folder / "killed"))
        time.sleep(0.1)
        wanted = wanted and not select.select([sys.stdin], [], [], 0)[0]
    pace.enough.set()
    for sender in senders:
        sender.join()
    ledger.save(folder / "ledger.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
