"""The review desk for programs: the same services as the pages, with the same rules."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import services
from labeling.api import examples
from labeling.api import review_shapes as shapes
from labeling.api.bodies import (
    read_body,
    read_judgements,
    read_linked,
    read_seconds,
    read_text,
)
from labeling.api.filters import FILTERS, read_filters
from labeling.models import ReviewTask
from labeling.people import signed_in
from labeling.selectors.case_answers import (
    claimed_case,
    lease_answer,
    queue_row,
    verdict_rows,
)
from labeling.selectors.linked import applied_to_linked
from labeling.selectors.queue import PAGE_SIZE, queue_page
from labeling.selectors.tasks import task_of
from scoring.access import ADMIN, ANALYST, LEAD, MANAGER
from scoring.api.description import BODY, CSRF, Told, answered, errors, invalid, sent

REVIEWERS = (ANALYST, LEAD)
UNKNOWN_LANE = invalid("lane", "unknown_choice", "One of due_soon, value, learn, blind, escalated.")
REFUSED = (
    invalid("token", "required", "Send the token of your claim."),
    404,
    Told(404, "unknown_task", "There is no such task."),
    Told(409, "lease_lost", "This task was released or passed on meanwhile."),
    Told(409, "invalid_transition", "A task that is done cannot become open."),
)
NOBODY_LEFT = Told(409, "nobody_left", "Nobody else is left for this case.")
NOT_LINKABLE = invalid("linked", "blind_task", "A blind verdict is about its own payments only.")
JUDGED_BEFORE = Told(403, "judged_before", "You have judged one of these payments already.")
ABOVE_AUTHORITY = Told(
    403, "above_authority", "More is at stake than you decide alone. Escalate it to a lead."
)


class Cases(APIView):
    """What waits."""

    required_scopes = {"GET": "review"}
    allowed_roles = {"GET": (*REVIEWERS, MANAGER, ADMIN)}
    needs_person = True

    @extend_schema(
        operation_id="list_cases",
        summary="List what waits, in serving order",
        description="One page; `after` of an answer, sent as `after`, gives the next one.",
        parameters=FILTERS,
        responses={200: shapes.QueueSerializer, **errors(UNKNOWN_LANE)},
        examples=[answered("page", examples.QUEUE)],
        tags=["review"],
    )
    def get(self, request: Request) -> Response:
        filters, after = read_filters(request.query_params)
        page = queue_page(
            filters=filters,
            reader=request.user,
            now=timezone.now(),
            after=after,
            size=PAGE_SIZE,
        )
        return Response({"results": [queue_row(task) for task in page.tasks], "after": page.after})


class Claim(APIView):
    """The next task of this reviewer."""

    required_scopes = {"POST": "review"}
    allowed_roles = {"POST": REVIEWERS}
    needs_person = True

    @extend_schema(
        operation_id="claim_task",
        summary="Claim the next task for ten minutes",
        description="204 where nothing waits. Whoever holds a task gets that one again.",
        request=None,
        responses={200: shapes.ClaimSerializer, 204: None, **errors(CSRF)},
        examples=[answered("claim", examples.CLAIM)],
        tags=["review"],
    )
    def post(self, request: Request) -> Response:
        task = services.claim_task(reviewer=signed_in(request.user), now=timezone.now())
        if task is None:
            return Response(status=204)
        case = claimed_case(task, reader=request.user)
        return Response({**lease_answer(task), "case": case})


class TaskCall(APIView):
    """A write of somebody who holds a task; each carries the token of the claim."""

    required_scopes = {"POST": "review"}
    allowed_roles = {"POST": REVIEWERS}
    needs_person = True


class VerdictOnTask(TaskCall):
    """The verdict on a held task."""

    @extend_schema(
        operation_id="record_verdict",
        summary="Record the verdict on a task",
        description=(
            "The same call may be repeated: with the same token it changes nothing and gives the"
            " same answer. A stale token is `lease_lost`. `linked` says the same of open payments"
            " of others, as `GET tasks/{id}/linked/` lists them: each gets a verdict of its own,"
            " and what cannot be covered any more is named under `linked.refused`."
        ),
        request=shapes.VerdictSerializer,
        responses={
            200: shapes.RecordedSerializer,
            **errors(*BODY, *REFUSED, JUDGED_BEFORE, ABOVE_AUTHORITY, NOT_LINKABLE),
        },
        examples=[
            sent("one for all", examples.VERDICT),
            sent("one for each", examples.VERDICTS),
            sent("also for linked payments", examples.VERDICT_WITH_LINKED),
            answered("recorded", examples.RECORDED),
        ],
        tags=["review"],
    )
    def post(self, request: Request, task_id: int) -> Response:
        body = read_body(request.data, call="verdict")
        verdicts = services.record_verdict(
            task_id=task_id,
            token=body["token"],
            reviewer=signed_in(request.user),
            judgements=read_judgements(body, task_id=task_id),
            disposition=read_text(body, "disposition"),
            active_seconds=read_seconds(body),
            linked=read_linked(body),
            now=timezone.now(),
        )
        linked = applied_to_linked(task_of(task_id))
        return Response({"task": task_id, "verdicts": verdict_rows(verdicts), "linked": linked})


class ExtendTask(TaskCall):
    """Ten more minutes."""

    @extend_schema(
        operation_id="extend_lease",
        summary="Hold the task for ten more minutes",
        description="Ten minutes from now on; the token stays.",
        request=shapes.TokenSerializer,
        responses={200: shapes.LeaseSerializer, **errors(*BODY, *REFUSED)},
        examples=[sent("body", examples.TOKEN), answered("lease", examples.LEASE)],
        tags=["review"],
    )
    def post(self, request: Request, task_id: int) -> Response:
        task = _held_call(services.extend_lease, request, task_id, "extend")
        return Response(lease_answer(task))


class ReleaseTask(TaskCall):
    """Back to the queue, for everybody."""

    @extend_schema(
        operation_id="release_task",
        summary="Give the task back to everybody",
        request=shapes.TokenSerializer,
        responses={204: None, **errors(*BODY, *REFUSED)},
        examples=[sent("body", examples.TOKEN)],
        tags=["review"],
    )
    def post(self, request: Request, task_id: int) -> Response:
        _held_call(services.release_task, request, task_id, "release")
        return Response(status=204)


class SkipTask(TaskCall):
    """Not me."""

    @extend_schema(
        operation_id="skip_task",
        summary="Give the task to somebody else",
        description=(
            "Back to the queue for everybody but this reviewer, with the reason why. Where no"
            " analyst on duty is left for it, it goes before the leads."
        ),
        request=shapes.GiveAwaySerializer,
        responses={204: None, **errors(*BODY, *REFUSED, NOBODY_LEFT)},
        examples=[sent("body", examples.GIVE_AWAY)],
        tags=["review"],
    )
    def post(self, request: Request, task_id: int) -> Response:
        _held_call(services.skip_task, request, task_id, "skip", with_reason=True)
        return Response(status=204)


class EscalateTask(TaskCall):
    """A lead decides."""

    @extend_schema(
        operation_id="escalate_task",
        summary="Put the task before a lead",
        description="Only a lead is served it from now on; the reason is shown with it.",
        request=shapes.GiveAwaySerializer,
        responses={204: None, **errors(*BODY, *REFUSED)},
        examples=[sent("body", examples.GIVE_AWAY)],
        tags=["review"],
    )
    def post(self, request: Request, task_id: int) -> Response:
        _held_call(services.escalate_task, request, task_id, "escalate", with_reason=True)
        return Response(status=204)


def _held_call(
    service: Callable[..., ReviewTask],
    request: Request,
    task_id: int,
    call: str,
    *,
    with_reason: bool = False,
) -> ReviewTask:
    body = read_body(request.data, call=call)
    reason: dict[str, Any] = {"reason": read_text(body, "reason")} if with_reason else {}
    return service(
        task_id=task_id,
        token=body["token"],
        reviewer=signed_in(request.user),
        now=timezone.now(),
        **reason,
    )
