"""Every scoring worker also looks for itself: losing Redis loses and delays nothing that matters.

A thread in each worker process runs the sweeps below every two seconds, whatever the broker does.
"""

import logging
import threading
from typing import Any

from celery.signals import celeryd_after_setup, worker_process_init
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

logger = logging.getLogger(__name__)
SECONDS = 2.0
# The parent learns which queues it consumes; the forked children inherit the answer.
_consumes_scoring = False


def sweep_once() -> None:
    """Decide what waits, and open the cases that follow."""
    from labeling.services import open_cases
    from scoring.services import score_pending

    score_pending(clock=timezone.now)
    open_cases(now=timezone.now())


def poll_for_ever(stop: threading.Event, seconds: float = SECONDS) -> None:
    """Sweep until told to stop; a failed sweep is logged and the next one tries again."""
    while not stop.wait(seconds):
        close_old_connections()
        try:
            sweep_once()
        except (OperationalError, InterfaceError) as error:
            logger.warning("the database does not answer (%s); the next sweep tries again", error)
            connection.close()
        except Exception:
            logger.exception("a sweep failed; the next one tries again")
            connection.close()


@celeryd_after_setup.connect
def note_queues(sender: Any, instance: Any, **_: Any) -> None:
    """Remember, before the worker forks, whether it is one that scores."""
    global _consumes_scoring
    _consumes_scoring = "scoring" in instance.app.amqp.queues.consume_from


@worker_process_init.connect
def start_polling(**_: Any) -> None:
    """Start the thread in a forked worker process that scores."""
    if _consumes_scoring:
        thread = threading.Thread(
            target=poll_for_ever, args=(threading.Event(),), name="polling", daemon=True
        )
        thread.start()
