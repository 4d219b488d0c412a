"""Setting a task aside until its customer has answered, for programs."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from labeling import services
from labeling.api import examples
from labeling.api import review_shapes as shapes
from labeling.api.bodies import read_body, read_text
from labeling.api.task_calls import REFUSED, TaskCall
from labeling.people import signed_in
from scoring.api.description import BODY, Told, answered, errors, invalid, sent


class WaitForCustomer(TaskCall):
    """Ask the customer first."""

    @extend_schema(
        operation_id="wait_for_customer",
        summary="Set the task aside until its customer has answered",
        description=(
            "The lease ends and nobody is served the task; the deadline of its payments goes on."
            " It comes back with the answer, at half of the time that was left, or after a day."
        ),
        request=shapes.WaitSerializer,
        responses={
            200: shapes.WaitingSerializer,
            **errors(
                *BODY,
                *REFUSED,
                invalid("question", "required", "Say what the customer should be asked."),
                Told(409, "nobody_to_ask", "A practice case has no customer to ask."),
            ),
        },
        examples=[sent("body", examples.WAIT), answered("waiting", examples.WAITING)],
        tags=["review"],
    )
    def post(self, request: Request, task_id: int) -> Response:
        body = read_body(request.data, call="wait")
        task = services.wait_for_customer(
            task_id=task_id,
            token=body["token"],
            reviewer=signed_in(request.user),
            question=read_text(body, "question"),
            now=timezone.now(),
        )
        answer = {"task": task.pk, "case": task.case_id, "resume_at": task.resume_at}
        return Response(answer)
