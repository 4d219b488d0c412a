"""A decision in the request itself."""

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from scoring.access import ADMIN
from scoring.api import examples
from scoring.api.description import answered, errors, sent
from scoring.api.shapes import DecisionSerializer, PendingSerializer, TransactionSerializer
from scoring.api.transactions import accept_one
from scoring.domain.errors import NotFound
from scoring.selectors.answers import decision_answer, is_queued
from scoring.services.deciding import decide_at_once

PENDING = {"status": "pending"}


class Decisions(APIView):
    """Where a transaction comes in and its decision goes out, in one call."""

    required_scopes = {"POST": "transactions:write"}
    allowed_roles = {"POST": (ADMIN,)}

    @extend_schema(
        operation_id="decide_now",
        summary="Send one transaction and get its decision",
        description=(
            "Stores the transaction, scores it and answers at once. Past the time budget the"
            " policy's fallback decides and says `degraded`. The same transaction again gets the"
            " first answer. 202 is rare: another process is deciding at this moment; ask again."
        ),
        request=TransactionSerializer,
        responses={
            200: DecisionSerializer,
            202: PendingSerializer,
            **errors(400, 409, 413, 415, 503),
        },
        examples=[
            sent("transaction", examples.TRANSACTION),
            answered("decision", examples.DECISION),
            answered("not yet", PENDING, 202),
        ],
        tags=["decisions"],
    )
    def post(self, request: Request) -> Response:
        acceptance, record = accept_one(request.data, wake=False)
        transaction_id = acceptance.transaction_ids[record.external_id]
        decide_at_once(
            transaction_id=transaction_id,
            clock=timezone.now,
            budget_milliseconds=settings.FRAUDREVIEW_DECISION_BUDGET_MS,
        )
        return answer_of(transaction_id)


def answer_of(transaction_id: int) -> Response:
    """Return the decision, or 202 while it is awaited. Raises NotFound for plain history."""
    answer = decision_answer(transaction_id)
    if answer is None and is_queued(transaction_id):
        return Response(PENDING, status=202)
    # The decision may have come between the two questions.
    answer = answer or decision_answer(transaction_id)
    if answer is None:
        message = "This transaction was imported as history, so it has no decision."
        raise NotFound("not_decided", message)
    return Response(answer)
