"""The review desk for programs: the same services as the pages, with the same rules."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import services
from labeling.api import examples
from labeling.api import review_shapes as shapes
from labeling.api.bodies import read_nothing
from labeling.api.filters import FILTERS, read_filters
from labeling.api.task_calls import LEASE_LOST, REVIEWERS, UNKNOWN_TASK
from labeling.people import signed_in
from labeling.selectors.case_answers import claimed_case, lease_answer, queue_row, task_answer
from labeling.selectors.queue import PAGE_SIZE, fits_list, queue_page
from labeling.selectors.tasks import reason_codes, task_of
from scoring.access import ADMIN, MANAGER
from scoring.api.description import BODY, answered, errors, invalid
from scoring.domain.errors import FieldError, InvalidRecord

UNKNOWN_LANE = invalid("lane", "unknown_choice", "One of due_soon, value, learn, blind, escalated.")
READERS = (*REVIEWERS, MANAGER, ADMIN)


class Cases(APIView):
    """What waits."""

    required_scopes = {"GET": "review"}
    allowed_roles = {"GET": READERS}
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
        if not fits_list(after, lane=filters.lane, reader=request.user):
            message = "This is the cursor of another list."
            raise InvalidRecord([FieldError("after", "invalid", message)], message)
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
        description=(
            "204 where nothing waits. Whoever holds a task gets that one again. The desk chooses,"
            " so there is nothing to send: no body, or an empty object."
        ),
        request=None,
        responses={
            200: shapes.ClaimSerializer,
            204: None,
            **errors(*BODY, invalid("queue", "unknown_field", "There is no such field.")),
        },
        examples=[answered("claim", examples.CLAIM)],
        tags=["review"],
    )
    def post(self, request: Request) -> Response:
        read_nothing(request.data)
        task = services.claim_task(reviewer=signed_in(request.user), now=timezone.now())
        if task is None:
            return Response(status=204)
        case = claimed_case(task, reader=request.user)
        return Response({**lease_answer(task), "case": case})


class OneTask(APIView):
    """A task in hand, or judged blind just now."""

    required_scopes = {"GET": "review"}
    allowed_roles = {"GET": REVIEWERS}
    needs_person = True

    @extend_schema(
        operation_id="read_task",
        summary="Read the task in hand, or the reveal of a blind one",
        description=(
            "For whoever holds it: lease and case as its claim gave them, with the payments that"
            " joined since. For whoever judged it blind just now: the case with what the model"
            " said, their verdicts, and until when `POST tasks/{id}/change/` takes a second"
            " thought. For everybody else it is `lease_lost`."
        ),
        responses={200: shapes.TaskSerializer, **errors(*UNKNOWN_TASK, LEASE_LOST)},
        examples=[answered("held", examples.TASK), answered("revealed", examples.REVEALED)],
        tags=["review"],
    )
    def get(self, request: Request, task_id: int) -> Response:
        task = task_of(task_id)
        return Response(task_answer(task, reader=request.user, now=timezone.now()))


class ReasonCodes(APIView):
    """Why a payment may be called fraud."""

    required_scopes = {"GET": "review"}
    allowed_roles = {"GET": READERS}
    needs_person = True

    @extend_schema(
        operation_id="list_reason_codes",
        summary="List the reasons for calling a payment fraud",
        description=(
            "Those in use, in the order of the desk; a verdict of fraud names one by its `code`."
        ),
        responses={200: shapes.ReasonCodesSerializer, **errors()},
        examples=[answered("reasons", examples.REASON_CODES)],
        tags=["review"],
    )
    def get(self, request: Request) -> Response:
        names = ("code", "title", "definition", "fraud_type")
        return Response({"results": list(reason_codes().values(*names))})
