"""What a program says of a task: the verdict, its undo, and the second thought."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import services
from labeling.api import examples
from labeling.api import review_shapes as shapes
from labeling.api.bodies import (
    read_body,
    read_fields,
    read_judgement,
    read_judgements,
    read_linked,
    read_seconds,
    read_text,
    read_undo_seconds,
)
from labeling.api.task_calls import REFUSED, UNKNOWN_TASK, TaskCall, held_call
from labeling.people import signed_in
from labeling.selectors.case_answers import given_answer, lease_answer, verdict_rows
from scoring.api.description import BODY, Told, answered, errors, invalid, sent

NOT_LINKABLE = invalid("linked", "blind_task", "A blind verdict is about its own payments only.")
JUDGED_BEFORE = Told(403, "judged_before", "You have judged one of these payments already.")
ABOVE_AUTHORITY = Told(
    403, "above_authority", "More is at stake than you decide alone. Escalate it to a lead."
)
OTHER_VERDICT = Told(
    409, "conflict", "Another verdict was given under this token already; it stands as it is."
)
NAMED_TWICE = invalid("items", "duplicate", "Each payment is named once.")
TOO_LATE = Told(409, "too_late", "The verdict is recorded and can no longer be undone.")
HOLDS_ANOTHER = Told(
    409, "holds_another", "Another window of yours has just opened a case. Try again."
)
TOO_LATE_TO_CHANGE = Told(409, "too_late", "This verdict can no longer be changed.")
UNDO_OUT_OF_RANGE = invalid("undo_seconds", "out_of_range", "This must be from 0 to 10.")
UNKNOWN_VERDICT = invalid(
    "verdict", "unknown_verdict", "This must be one of fraud, legitimate, cannot_tell."
)


class VerdictOnTask(TaskCall):
    """The verdict on a held task."""

    @extend_schema(
        operation_id="record_verdict",
        summary="Record the verdict on a task",
        description=(
            "The same call may be repeated: with the same token it changes nothing and gives the"
            " same answer. Another verdict with the same token is a `conflict`: what was said first"
            " stands. A stale token is `lease_lost`. `linked` says the same of open payments"
            " of others, as `GET tasks/{id}/linked/` lists them: each gets a verdict of its own,"
            " and what cannot be covered any more is named under `linked.refused`. With"
            " `undo_seconds` it waits until `pending.commits_at`, and `POST tasks/{id}/undo/` takes"
            " it back; the next verdict of the same person ends the wait. A blind verdict, and one"
            " with `linked`, counts at once."
        ),
        request=shapes.VerdictSerializer,
        responses={
            200: shapes.RecordedSerializer,
            **errors(
                *BODY,
                *REFUSED,
                JUDGED_BEFORE,
                ABOVE_AUTHORITY,
                NOT_LINKABLE,
                UNDO_OUT_OF_RANGE,
                NAMED_TWICE,
                OTHER_VERDICT,
            ),
        },
        examples=[
            sent("one for all", examples.VERDICT),
            sent("one for each", examples.VERDICTS),
            sent("also for linked payments", examples.VERDICT_WITH_LINKED),
            sent("to be taken back for ten seconds", examples.VERDICT_WITH_UNDO),
            answered("recorded", examples.RECORDED),
            answered("pending", examples.PENDING),
        ],
        tags=["review"],
    )
    def post(self, request: Request, task_id: int) -> Response:
        body = read_body(request.data, call="verdict")
        given = services.give_verdict(
            task_id=task_id,
            token=body["token"],
            reviewer=signed_in(request.user),
            said=services.Said(
                judgements=read_judgements(body, task_id=task_id),
                disposition=read_text(body, "disposition"),
                active_seconds=read_seconds(body),
                linked=read_linked(body),
            ),
            now=timezone.now(),
            undo_within=read_undo_seconds(body),
        )
        return Response(given_answer(given))


class UndoVerdict(TaskCall):
    """Not yet."""

    @extend_schema(
        operation_id="undo_verdict",
        summary="Take the last verdict back and hold its task again",
        description=(
            "Possible until `pending.commits_at` of the verdict; send the token that it was sent"
            " with. The answer is a new lease, of ten minutes, with a new token. A task that was"
            " claimed meanwhile goes back to the queue."
        ),
        request=shapes.TokenSerializer,
        responses={200: shapes.LeaseSerializer, **errors(*BODY, *REFUSED, TOO_LATE, HOLDS_ANOTHER)},
        examples=[sent("body", examples.TOKEN), answered("lease", examples.LEASE_ANEW)],
        tags=["review"],
    )
    def post(self, request: Request, task_id: int) -> Response:
        return Response(lease_answer(held_call(services.undo_verdict, request, task_id, "undo")))


class ChangeVerdict(TaskCall):
    """A second thought."""

    @extend_schema(
        operation_id="change_verdict",
        summary="Add a second thought to a blind verdict",
        description=(
            "Once, within ten minutes of the blind verdict, by whoever gave it; `GET tasks/{id}/`"
            " shows what was kept back until then. It counts for all payments of the verdict. The"
            " first verdict stays beside it, and the labels follow the second. The same again"
            " changes nothing."
        ),
        request=shapes.ChangeSerializer,
        responses={
            200: shapes.ChangedSerializer,
            **errors(*BODY, UNKNOWN_VERDICT, *UNKNOWN_TASK, TOO_LATE_TO_CHANGE),
        },
        examples=[sent("body", examples.CHANGE), answered("changed", examples.CHANGED)],
        tags=["review"],
    )
    def post(self, request: Request, task_id: int) -> Response:
        body = read_fields(request.data, call="change")
        changed = services.change_verdict(
            task_id=task_id,
            reviewer=signed_in(request.user),
            judgement=read_judgement(body),
            now=timezone.now(),
        )
        return Response({"task": task_id, "verdicts": verdict_rows(changed)})
