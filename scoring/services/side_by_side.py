"""Work for the database that needs not come one after the other."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection, connections

CONNECTIONS = 2

Task = TypeVar("Task")
Done = TypeVar("Done")


def side_by_side(work: Callable[[Task], Done], tasks: Iterable[Task]) -> Iterator[Done]:
    """What `work` makes of each task, in their order; two are under way at a time.

    Each thread has a connection of its own, so the database uses two cores. Inside of a database
    transaction nobody else would see what it wrote: there one follows the other. What goes wrong
    in a task is raised here, and no further one begins.
    """
    if connection.in_atomic_block:
        yield from map(work, tasks)
        return
    with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="side by side") as threads:
        coming = [threads.submit(_work_alone, work, task) for task in tasks]
        try:
            for future in coming:
                yield future.result()
        finally:
            for future in coming:
                future.cancel()


def _work_alone(work: Callable[[Task], Done], task: Task) -> Done:
    try:
        return work(task)
    finally:
        # Nobody else closes the connection of this thread.
        connections.close_all()
