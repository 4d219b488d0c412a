"""Workers also look for themselves: losing Redis loses and delays nothing that matters.

A thread for each kind of work in each worker process runs the sweeps below every two seconds,
whatever the broker does.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from celery.signals import celeryd_after_setup, worker_process_init
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

logger = logging.getLogger(__name__)
SECONDS = 2.0
# The parent learns which queues it consumes; the forked children inherit the answer.
_consumed: set[str] = set()


def sweep_once() -> None:
    """Decide what waits, and open the cases that follow."""
    from labeling.services import open_cases
    from scoring.services import score_pending

    score_pending(clock=timezone.now)
    open_cases(now=timezone.now())


def send_once() -> None:
    """Send the webhooks that are due."""
    from scoring.services.webhooks import deliver_webhooks

    deliver_webhooks(clock=timezone.now)


# By the queue whose workers do it. Webhooks wait for servers of others, so they wait apart.
SWEEPS: dict[str, Callable[[], None]] = {"scoring": sweep_once, "webhooks": send_once}


def poll_for_ever(
    stop: threading.Event, seconds: float = SECONDS, sweep: Callable[[], None] = sweep_once
) -> None:
    """Sweep until told to stop; a failed sweep is logged and the next one tries again."""
    while not stop.wait(seconds):
        close_old_connections()
        try:
            sweep()
        except (OperationalError, InterfaceError) as error:
            logger.warning("the database does not answer (%s); the next sweep tries again", error)
            connection.close()
        except Exception:
            logger.exception("a sweep failed; the next one tries again")
            connection.close()


@celeryd_after_setup.connect
def note_queues(sender: Any, instance: Any, **_: Any) -> None:
    """Remember, before the worker forks, what kinds of work it does."""
    _consumed.update(SWEEPS.keys() & set(instance.app.amqp.queues.consume_from))


@worker_process_init.connect
def start_polling(**_: Any) -> None:
    """Start the threads in a forked worker process."""
    for queue in sorted(_consumed):
        thread = threading.Thread(
            target=poll_for_ever,
            args=(threading.Event(), SECONDS, SWEEPS[queue]),
            name=f"polling {queue}",
            daemon=True,
        )
        thread.start()
