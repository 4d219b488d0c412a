"""Transactions and their events come in."""

from dataclasses import asdict
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from scoring.access import ADMIN
from scoring.api import examples
from scoring.api.description import BODY, Told, answered, errors, invalid, sent
from scoring.api.ndjson import NDJSONParser, answer_lines, body_stream, is_ndjson
from scoring.api.parsers import JSONParser
from scoring.api.places import Placed, Places
from scoring.api.renderers import JSONRenderer, LinesRenderer
from scoring.api.shapes import AcceptanceSerializer, EventSerializer, StoredEventSerializer
from scoring.api.throttling import TRANSACTIONS, TooMany, spend_on, wait_for
from scoring.domain.errors import Conflict, FieldError, InvalidRecord
from scoring.domain.events import validate_event
from scoring.services.events import record_event
from scoring.services.intake import (
    Acceptance,
    accept_items,
    accept_transactions,
    read_transaction,
)

MOST_ITEMS = 1000
# A stream may take hours: who finds no place is told soon to come back soon.
STREAM_WAIT = 5
ONE = {"$ref": "#/components/schemas/Transaction"}
ONE_OR_MANY = {"oneOf": [ONE, {"type": "array", "items": ONE, "maxItems": MOST_ITEMS}]}

LINES = {"type": "string", "description": "One transaction as a JSON object in each line."}
ANSWERED_LINES = {
    "type": "string",
    "description": "A JSON object in each line: progress, and at the end the summary.",
}
INVALID = invalid("currency", "unknown_currency", "This is not an ISO 4217 currency code.")
INVALID_EVENT = invalid("type", "unknown_choice", "One of issuer_declined, captured, cancelled.")
CONFLICT = Told(
    409,
    "conflict",
    "This external_id is known with other content.",
    "external_id",
    "conflict",
)


class Transactions(APIView):
    """Where transactions come in."""

    required_scopes = {"POST": "transactions:write"}
    allowed_roles = {"POST": (ADMIN,)}
    parser_classes = [JSONParser, NDJSONParser]
    counted_in = TRANSACTIONS
    renderer_classes = [JSONRenderer, LinesRenderer]

    @extend_schema(
        operation_id="send_transactions",
        summary="Send transactions",
        description=(
            "One transaction, a list of at most 1,000, or one a line (`application/x-ndjson`, any"
            " number, also chunked). Each waits for its decision from then on. The same"
            " `external_id` with the same content is a duplicate and changes nothing, so anything"
            " may be sent again; with other content it is a conflict. In a list, wrong items do"
            " not hold the others back. Lines are stored 1,000 at a time; the answer has a line"
            " of progress for each, and ends with the summary. Each transaction counts in the"
            " key's limit: a list that is too much is refused with 429, lines wait for the next"
            " minute."
        ),
        request={
            "application/json": ONE_OR_MANY,
            "application/x-ndjson": LINES,
        },
        responses={
            (202, "application/json"): AcceptanceSerializer,
            (202, "application/x-ndjson"): ANSWERED_LINES,
            **errors(*BODY, INVALID, CONFLICT),
        },
        examples=[
            sent("one", examples.TRANSACTION),
            sent("the least", examples.SMALLEST_TRANSACTION),
            sent("a list", [examples.TRANSACTION, examples.SMALLEST_TRANSACTION]),
            sent("lines", examples.LINES, "application/x-ndjson"),
            answered("summary", examples.ACCEPTANCE, 202),
            answered("progress and summary", examples.ANSWERED_LINES, 202, "application/x-ndjson"),
        ],
        tags=["transactions"],
    )
    def post(self, request: Request) -> HttpResponseBase:
        if is_ndjson(request):
            return StreamingHttpResponse(_stream(request), NDJSONParser.media_type, status=202)
        if isinstance(request.data, list):
            return _answer(_accept_many(request, request.data))
        return _answer(_accept_one(request.data))


class TransactionEvents(APIView):
    """Where the payment company tells what happened to a payment."""

    required_scopes = {"POST": "transactions:write"}
    allowed_roles = {"POST": (ADMIN,)}

    @extend_schema(
        operation_id="send_event",
        summary="Tell what happened to a payment",
        description=(
            "Open work that the event makes moot is closed where it is. The same event again"
            " answers 200 and changes nothing."
        ),
        request=EventSerializer,
        responses={
            200: StoredEventSerializer,
            201: StoredEventSerializer,
            **errors(*BODY, INVALID_EVENT, 404),
        },
        examples=[
            sent("captured", examples.EVENT),
            answered("stored", examples.STORED_EVENT, 201),
            answered("known already", examples.STORED_EVENT),
        ],
        tags=["transactions"],
    )
    def post(self, request: Request, external_id: str) -> Response:
        now = timezone.now()
        record = validate_event(request.data, now=now)
        event, added = record_event(external_id=external_id, event=record, now=now)
        body = {
            "type": event.type,
            "occurred_at": event.occurred_at,
            "received_at": event.received_at,
        }
        return Response(body, status=201 if added else 200)


def _accept_one(item: Any) -> Acceptance:
    """Store one transaction. Raises InvalidRecord (400) and Conflict (409)."""
    now = timezone.now()
    acceptance = accept_transactions([read_transaction(item, now=now)], now=now)
    for error in acceptance.errors:
        field_error = FieldError(error.field, error.code, error.message)
        if error.code == "conflict":
            raise Conflict("conflict", error.message, [field_error])
        raise InvalidRecord([field_error], "The transaction is not valid.")
    return acceptance


_streams = Places()


def _stream(request: Request) -> Placed:
    lines = answer_lines(
        body_stream(request),
        clock=timezone.now,
        wait_for=partial(wait_for, request, counted_in=TRANSACTIONS),
    )
    placed = _streams.take(lines, most=settings.FRAUDREVIEW_STREAMS)
    if placed is None:
        raise TooMany("streams of lines at a time", STREAM_WAIT)
    return placed


def _accept_many(request: Request, items: list[Any]) -> Acceptance:
    if len(items) > MOST_ITEMS:
        message = f"At most {MOST_ITEMS} transactions in a list; send more as lines."
        raise InvalidRecord([FieldError("", "too_many", message)], message)
    # One was counted when the call came in.
    spend_on(request, len(items) - 1, counted_in=TRANSACTIONS)
    return accept_items(items, now=timezone.now())


def _answer(acceptance: Acceptance) -> Response:
    body = {
        "accepted": acceptance.accepted,
        "duplicates": acceptance.duplicates,
        "errors": [asdict(error) for error in acceptance.errors],
    }
    return Response(body, status=202)
