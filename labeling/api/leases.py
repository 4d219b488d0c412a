"""Holding a task longer, or giving it away, for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import services
from labeling.api import examples
from labeling.api import review_shapes as shapes
from labeling.api.task_calls import REFUSED, TaskCall, held_call
from labeling.selectors.case_answers import lease_answer
from scoring.api.description import BODY, Told, answered, errors, sent

NOBODY_LEFT = Told(409, "nobody_left", "Nobody else is left for this case.")


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
        task = held_call(services.extend_lease, request, task_id, "extend")
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
        held_call(services.release_task, request, task_id, "release")
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
        held_call(services.skip_task, request, task_id, "skip", with_reason=True)
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
        held_call(services.escalate_task, request, task_id, "escalate", with_reason=True)
        return Response(status=204)
