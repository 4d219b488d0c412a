"""A decision in the request itself."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from scoring.access import ADMIN
from scoring.api import examples
from scoring.api.description import BODY, Told, answered, errors, sent
from scoring.api.renderers import JSONRenderer, to_json
from scoring.api.shapes import DecisionSerializer, PendingSerializer, TransactionSerializer
from scoring.api.throttling import TRANSACTIONS
from scoring.api.transactions import CONFLICT, INVALID
from scoring.services.deciding import decide_at_once
from scoring.services.intake import read_transaction

PENDING = {"status": "pending"}
NOT_DECIDED = Told(404, "not_decided", "This transaction was imported as history.")


class Decisions(APIView):
    """Where a transaction comes in and its decision goes out, in one call."""

    required_scopes = {"POST": "transactions:write"}
    allowed_roles = {"POST": (ADMIN,)}
    counted_in = TRANSACTIONS

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
            **errors(*BODY, INVALID, NOT_DECIDED, CONFLICT),
        },
        examples=[
            sent("transaction", examples.TRANSACTION),
            answered("decision", examples.DECISION),
            answered("not yet", PENDING, 202),
        ],
        tags=["decisions"],
    )
    def post(self, request: Request) -> HttpResponse:
        answer = decide_at_once(
            record=read_transaction(request.data, now=timezone.now()),
            clock=timezone.now,
            budget_milliseconds=settings.FRAUDREVIEW_DECISION_BUDGET_MS,
        )
        return response_of(answer)


def response_of(answer: dict[str, Any] | None) -> HttpResponse:
    """Return the decision as a response, 202 while it is awaited."""
    body, status = (PENDING, 202) if answer is None else (answer, 200)
    # There is one form only: none has to be chosen.
    return HttpResponse(to_json(body), JSONRenderer.media_type, status)
