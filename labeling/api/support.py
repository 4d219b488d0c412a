"""What ticketing systems do for support agents: statements of customers, and appeals."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling import services
from labeling.api import support_shapes as shapes
from labeling.domain.statements import validate_appeal, validate_statement
from labeling.people import signed_in
from labeling.selectors.appeals import appeal_answer, appeal_of, appeals_page
from labeling.selectors.statements import statement_answer
from scoring.access import SUPPORT_ROLES
from scoring.api.description import BODY, Told, answered, errors, invalid, sent
from scoring.api.queries import unknown_parameters
from scoring.domain import values
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.domain.intake import is_blank
from scoring.domain.values import Refused

UNKNOWN_PAYMENT = Told(404, "not_found", "There is no transaction with this external_id.")
KEPT_BACK = Told(403, "kept_back", "You may be asked to judge this payment blind.")
LARGEST_ID = 2**63 - 1
FILTERS = [
    OpenApiParameter("status", {"type": "string", "enum": [*shapes.STATUSES, ""]}),
    OpenApiParameter(
        "external_id", {"type": "string", "maxLength": 100}, description="Of one transaction."
    ),
    OpenApiParameter(
        "older_than",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_ID},
        description="`older_than` of the page before.",
    ),
]


class Statements(APIView):
    """What the customer says of one payment."""

    required_scopes = {"POST": "labels:write"}
    allowed_roles = {"POST": SUPPORT_ROLES}
    needs_person = True

    @extend_schema(
        operation_id="record_statement",
        summary="Record what the customer says of a payment",
        description=(
            "“It was me” or “it was not me”, with how you know who said it. It becomes a label"
            " from `customer_confirmation`, and a case that waits for its customer goes back into"
            " the queue. 200 where the same statement stands under this ticket already. The key"
            " acts for a person of support, a lead or an admin."
        ),
        request=shapes.StatementSerializer,
        responses={
            201: shapes.StoredStatementSerializer,
            200: shapes.StoredStatementSerializer,
            **errors(
                *BODY,
                invalid("verification", "unknown_choice", "One of customer_contacted, …"),
                UNKNOWN_PAYMENT,
                Told(404, "unknown_statement", "This payment has no such statement."),
                Told(409, "conflict", "Another statement stands under this ticket."),
                Told(409, "already_corrected", "This statement was corrected already."),
            ),
        },
        examples=[
            sent("it was me", shapes.STATEMENT),
            sent("a correction", shapes.CORRECTION),
            answered("recorded", shapes.STORED_STATEMENT, 201),
            answered("known", shapes.STORED_STATEMENT),
        ],
        tags=["support"],
    )
    def post(self, request: Request, external_id: str) -> Response:
        now = timezone.now()
        statement, new = services.record_statement(
            external_id=external_id,
            record=validate_statement(request.data, now=now, ticket=True),
            recorded_by=signed_in(request.user),
            now=now,
        )
        return Response(statement_answer(statement), status=201 if new else 200)


class Appeals(APIView):
    """Appeals of declined payments."""

    required_scopes = {"GET": "appeals", "POST": "appeals"}
    allowed_roles = {"GET": SUPPORT_ROLES, "POST": SUPPORT_ROLES}
    needs_person = True

    @extend_schema(
        operation_id="list_appeals",
        summary="List appeals, newest first",
        description="Of everybody; `older_than` of an answer, sent back, gives the next page.",
        parameters=FILTERS,
        responses={
            200: shapes.AppealsSerializer,
            **errors(invalid("status", "unknown_choice", "One of open, granted, rejected.")),
        },
        examples=[answered("page", shapes.APPEALS)],
        tags=["support"],
    )
    def get(self, request: Request) -> Response:
        filters = _read_filters(request.query_params)
        told, older_than = appeals_page(reader=request.user, **filters)
        results = [appeal_answer(shown) for shown in told]
        return Response({"results": results, "older_than": older_than})

    @extend_schema(
        operation_id="file_appeal",
        summary="File an appeal for a declined payment",
        description=(
            "Somebody who has not judged the payment, and is not the one who files, decides it."
            " `GET appeals/{id}/` and the webhook `appeal.decided` tell the answer; where it is"
            " granted, `final_outcome` of the decision becomes `approve`. 200 where the same"
            " appeal stands under this ticket already."
        ),
        request=shapes.AppealSerializer,
        responses={
            201: shapes.StoredAppealSerializer,
            200: shapes.StoredAppealSerializer,
            **errors(
                *BODY,
                invalid("reason", "required", "This field is required."),
                invalid("new_evidence", "required", "Say what is new since the last appeal."),
                KEPT_BACK,
                Told(403, "lead_needed", "Only a lead can file another appeal."),
                UNKNOWN_PAYMENT,
                Told(409, "conflict", "Another appeal stands under this ticket."),
                Told(409, "appeal_open", "An appeal of this payment waits already."),
                Told(409, "not_declined", "Only a declined payment can be appealed."),
            ),
        },
        examples=[
            sent("it was me", shapes.APPEAL),
            answered("filed", shapes.STORED_APPEAL, 201),
            answered("known", shapes.STORED_APPEAL),
        ],
        tags=["support"],
    )
    def post(self, request: Request) -> Response:
        external_id, body = _split(request.data)
        appeal, new = services.file_appeal(
            external_id=external_id,
            record=validate_appeal(body, ticket=True),
            filed_by=signed_in(request.user),
            now=timezone.now(),
        )
        answer = appeal_answer(appeal_of(appeal.pk, reader=request.user))
        return Response(answer, status=201 if new else 200)


class OneAppeal(APIView):
    """One appeal and what became of it."""

    required_scopes = {"GET": "appeals"}
    allowed_roles = {"GET": SUPPORT_ROLES}
    needs_person = True

    @extend_schema(
        operation_id="read_appeal",
        summary="Read an appeal and what became of it",
        description="`status` is open, granted or rejected; a decided appeal never changes.",
        responses={
            200: shapes.StoredAppealSerializer,
            **errors(404, Told(404, "unknown_appeal", "There is no such appeal.")),
        },
        examples=[answered("appeal", shapes.STORED_APPEAL)],
        tags=["support"],
    )
    def get(self, request: Request, number: int) -> Response:
        return Response(appeal_answer(appeal_of(number, reader=request.user)))


def _split(data: Any) -> tuple[str, Any]:
    """The external id of the payment, and the rest of the body. Raises InvalidRecord."""
    if not isinstance(data, Mapping):
        return "", data
    rest = {name: value for name, value in data.items() if name != "external_id"}
    try:
        sent = data.get("external_id")
        external_id = "" if is_blank(sent) else values.external_id(sent)
    except Refused as refused:
        fault = FieldError("external_id", refused.code, refused.message)
        raise InvalidRecord([fault], "The appeal is not valid.") from None
    if not external_id:
        fault = FieldError("external_id", "required", "This field is required.")
        raise InvalidRecord([fault], "The appeal is not valid.")
    return external_id, rest


def _read_filters(query: Mapping[str, str]) -> dict[str, Any]:
    """Raises InvalidRecord with all that is wrong."""
    errors_ = list(unknown_parameters(query, {parameter.name for parameter in FILTERS}))
    state = query.get("status", "")
    if state and state not in shapes.STATUSES:
        words = ", ".join(shapes.STATUSES)
        errors_.append(FieldError("status", "unknown_choice", f"One of {words}."))
    older = query.get("older_than", "")
    known = older.isascii() and older.isdecimal() and 0 < int(older[:20]) <= LARGEST_ID
    if older and not known:
        errors_.append(FieldError("older_than", "invalid", "This must be a number from a page."))
    external_id = query.get("external_id", "")
    try:
        external_id = values.text(external_id, longest=100)
    except Refused as refused:
        errors_.append(FieldError("external_id", refused.code, refused.message))
    if errors_:
        raise InvalidRecord(errors_, "The request is not valid.")
    return {
        "state": state,
        "external_id": external_id,
        "older_than": int(older) if older else None,
    }
