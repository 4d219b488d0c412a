"""What of a case its reader is shown, where that was drawn by lot."""

from datetime import datetime

from labeling.models import ReviewTask
from labeling.selectors.tasks import is_held
from scoring.access import Person

EXPLANATION_HIDDEN = "explanation_hidden"


def explanation_kept_back(task: ReviewTask | None, *, reader: Person, now: datetime) -> bool:
    """Whether reasons, waterfall and similar cases wait until this reader has given a verdict."""
    return (
        task is not None
        and task.presentation == EXPLANATION_HIDDEN
        and is_held(task, reader=reader, now=now)
    )
