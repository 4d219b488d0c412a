"""What all calls of somebody who holds a task have in common."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.views import APIView

from labeling.api.bodies import read_body, read_text
from labeling.models import ReviewTask
from labeling.people import signed_in
from scoring.access import ANALYST, LEAD
from scoring.api.description import Told, invalid

REVIEWERS = (ANALYST, LEAD)
UNKNOWN_TASK: tuple[int | Told, ...] = (
    404,
    Told(404, "unknown_task", "There is no such task."),
)
LEASE_LOST = Told(409, "lease_lost", "This task was released or passed on meanwhile.")
REFUSED = (
    invalid("token", "required", "Send the token of your claim."),
    *UNKNOWN_TASK,
    LEASE_LOST,
    Told(409, "invalid_transition", "A task that is done cannot become open."),
)


class TaskCall(APIView):
    """A write of somebody who holds a task; each carries the token of the claim."""

    required_scopes = {"POST": "review"}
    allowed_roles = {"POST": REVIEWERS}
    needs_person = True


def held_call(
    service: Callable[..., ReviewTask],
    request: Request,
    task_id: int,
    call: str,
    *,
    with_reason: bool = False,
) -> ReviewTask:
    """Call a service with the token of the claim, and with the reason where one is needed."""
    body = read_body(request.data, call=call)
    reason: dict[str, Any] = {"reason": read_text(body, "reason")} if with_reason else {}
    return service(
        task_id=task_id,
        token=body["token"],
        reviewer=signed_in(request.user),
        now=timezone.now(),
        **reason,
    )
