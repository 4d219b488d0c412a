"""What leads do to the desk. Each action leaves a row that says who, when and why."""

from labeling.services.leading.disposing import dispose_in_bulk
from labeling.services.leading.people import set_duty, set_limits
from labeling.services.leading.queues import move_queue, move_task, pause_queue, unpause_queue
from labeling.services.leading.reassigning import reassign_task
from labeling.services.leading.reopening import reopen_case
from labeling.services.leading.resuming import bring_back
from labeling.services.leading.surging import end_surge, start_surge

__all__ = [
    "bring_back",
    "dispose_in_bulk",
    "end_surge",
    "move_queue",
    "move_task",
    "pause_queue",
    "reassign_task",
    "reopen_case",
    "set_duty",
    "set_limits",
    "start_surge",
    "unpause_queue",
]
