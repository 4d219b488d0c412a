"""How gunicorn treats its web processes: `--config=python:fraudreview.web_processes`.

FRAUDREVIEW_PIN_WEB=1 keeps each on a processor of its own. Its threads take turns anyway, and to
wander from one processor to the other with all they know costs a quarter of the rate. For a machine
that runs nothing else: processes of other containers would choose the same ones.
"""

import gc
import os
from typing import Any


def pre_fork(server: Any, worker: Any) -> None:
    """Give the new process the first place that no other one has."""
    taken = {getattr(other, "place", None) for other in server.WORKERS.values()}
    worker.place = next(place for place in range(len(taken) + 1) if place not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Keep the new process on its processor, where that is asked for and possible."""
    if os.environ.get("FRAUDREVIEW_PIN_WEB") == "1" and hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {processors[worker.place % len(processors)]})


def post_worker_init(worker: Any) -> None:
    """Leave what was loaded to start with out of every search for garbage: it is none."""
    gc.collect()
    gc.freeze()
