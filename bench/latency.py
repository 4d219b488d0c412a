"""From sent to visible: how long until an analyst could see a payment that needs a look.

Payments are sent one by one at a fixed rate; a payment's time counts from when it was due to be
sent. It is visible when a second connection sees it committed: an item that waits for an open
task, and its explanation. That connection looks every twenty milliseconds, which is included.
"""

import threading
import time
from typing import Any

from django.db import connection
from django.utils import timezone

from bench import processes
from bench.base import Base
from bench.checks import require_cases, require_decided
from bench.databases import database, settle
from bench.generator import send
from bench.options import Options
from bench.pipeline import wait_for_queue
from bench.progress import say
from bench.statistics import milliseconds

PREFIX = "l"
WARM_UP = "k"
LOOK_SECONDS = 0.02
_VISIBLE = """
SELECT i.id, t.external_id FROM labeling_reviewitem i
JOIN labeling_reviewtask k ON k.id = i.task_id AND k.status = 'open'
JOIN scoring_explanation e ON e.transaction_id = i.transaction_id
JOIN scoring_transaction t ON t.id = i.transaction_id
WHERE i.id > %s AND t.external_id LIKE %s ORDER BY i.id
"""


def measure(options: Options, base: Base) -> dict[str, Any]:
    """Return the times from sent to visible, and from sent to accepted."""
    with (
        database("latency", template=base.database),
        processes.web(options, options.web_processes) as (_, port),
        processes.workers(options.worker_processes),
    ):
        settle()
        _send(options, base, port, WARM_UP, seconds=3.0)
        wait_for_queue()
        watch = Watch(PREFIX)
        watch.start()
        sent = _send(options, base, port, PREFIX, seconds=options.latency_seconds)
        wait_for_queue()
        watch.stop()
        require_decided(PREFIX, sent["sent"])
        require_cases()
    due = sent["first_due_at"]
    waits = sorted(
        seen - (due + int(external_id.rpartition("-")[2]) / options.latency_rate)
        for external_id, seen in watch.seen.items()
    )
    found = {
        "rate": options.latency_rate,
        "seconds": options.latency_seconds,
        "sent": sent["sent"],
        "visible": len(waits),
        "accepted_milliseconds": sent["milliseconds"],
        "visible_milliseconds": milliseconds(waits),
        "measured_by": f"a connection that looks every {1000 * LOOK_SECONDS:.0f} ms",
    }
    times = found["visible_milliseconds"]
    told = ", ".join(f"{name} {value:.0f}" for name, value in times.items())
    say(f"sent to visible in milliseconds: {told}")
    return found


def _send(options: Options, base: Base, port: int, prefix: str, seconds: float) -> dict[str, Any]:
    requests = {
        "shape": "decisions",
        "path": "/api/v1/transactions/",
        "headers": {"Authorization": f"Api-Key {base.key}"},
        "history_rows": base.world.rows,
        "prefix": prefix,
        "first": 0,
        "seed": options.seed,
    }
    task = {"port": port, "now": timezone.now().isoformat(), "requests": requests}
    rate = {"rate": options.latency_rate, "warm_up": 0.0, "seconds": seconds}
    return send({**task, **rate, "connections": 64})


class Watch(threading.Thread):
    """Notes when each item with the prefix was first seen, by its external id."""

    def __init__(self, prefix: str) -> None:
        super().__init__(daemon=True)
        self.pattern = f"{prefix}-%"
        self.seen: dict[str, float] = {}
        self.ended = threading.Event()

    def run(self) -> None:
        """Look until told to stop, and once more after that."""
        # An item may become visible after one with a higher number: the last ones are asked again.
        newest: list[int] = [0]
        try:
            while not self.ended.wait(LOOK_SECONDS):
                self._look(newest)
            self._look(newest)
        finally:
            connection.close()

    def _look(self, newest: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_VISIBLE, [newest[0] - 500, self.pattern])
            now = time.time()
            for item, external_id in cursor.fetchall():
                self.seen.setdefault(external_id, now)
                newest[0] = max(newest[0], item)

    def stop(self) -> None:
        """Look a last time, and end."""
        self.ended.set()
        self.join()
