"""Labels come in."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.api import label_shapes
from labeling.services.label_intake import LabelAcceptance, accept_labels
from scoring.access import ADMIN
from scoring.api.description import BODY, answered, errors, invalid, sent
from scoring.api.shapes import AcceptanceSerializer
from scoring.domain.errors import FieldError, InvalidRecord, NotFound
from scoring.models import ApiKey

MOST_ITEMS = 1000
INVALID = invalid("label", "unknown_choice", "One of fraud, legitimate, unknown.")


class Labels(APIView):
    """Where the world tells what was true."""

    required_scopes = {"POST": "labels:write"}
    allowed_roles = {"POST": (ADMIN,)}

    @extend_schema(
        operation_id="send_labels",
        summary="Send labels",
        description=(
            "What turned out to be true about one transaction, or about at most 1,000 in a list:"
            " chargebacks, fraud reports, the customer's own words. Which of several counts is"
            " worked out anew each time. The same label again is a duplicate and changes nothing;"
            " one that was wrong is replaced by another one of its source that names its id in"
            " `supersedes`. It counts as known from its arrival on, unless the key has the scope"
            " `labels:backdate` and says `known_at`."
        ),
        request=label_shapes.ONE_OR_MANY,
        responses={202: AcceptanceSerializer, **errors(*BODY, INVALID, 404)},
        examples=[
            sent("chargeback", label_shapes.LABEL),
            sent("a list", [label_shapes.LABEL, label_shapes.CONFIRMATION]),
            answered("summary", label_shapes.ACCEPTANCE, 202),
        ],
        tags=["labels"],
    )
    def post(self, request: Request) -> Response:
        many = isinstance(request.data, list)
        items: list[Any] = list(request.data) if many else [request.data]
        if len(items) > MOST_ITEMS:
            message = f"At most {MOST_ITEMS} labels in a list."
            raise InvalidRecord([FieldError("", "too_many", message)], message)
        acceptance = accept_labels(
            items=items,
            now=timezone.now(),
            may_backdate=_may_backdate(request),
            by=request.user if isinstance(request.user, User) else None,
        )
        if not many:
            _refuse(acceptance)
        return Response(asdict(acceptance), status=202)


def _may_backdate(request: Request) -> bool:
    return isinstance(request.auth, ApiKey) and "labels:backdate" in request.auth.scopes


def _refuse(acceptance: LabelAcceptance) -> None:
    """Raise what a single label that was not taken deserves."""
    found = [FieldError(each.field, each.code, each.message) for each in acceptance.errors]
    if any(error.code == "unknown_transaction" for error in found):
        raise NotFound("not_found", found[0].message, found)
    if found:
        raise InvalidRecord(found, "The label is not valid.")
