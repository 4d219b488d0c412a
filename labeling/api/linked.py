"""Open payments that a verdict could also cover, for programs."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.api import examples
from labeling.api import review_shapes as shapes
from labeling.api.task_calls import LEASE_LOST, REVIEWERS, UNKNOWN_TASK
from labeling.selectors.linked import LinkedChoice, linked_choices
from labeling.selectors.tasks import is_held, task_of
from scoring.api.description import answered, errors
from scoring.domain.errors import LeaseLost


class LinkedPayments(APIView):
    """What shares a card, device, e-mail, IP or merchant with the payments of a held task."""

    required_scopes = {"GET": "review"}
    allowed_roles = {"GET": REVIEWERS}
    needs_person = True

    @extend_schema(
        operation_id="list_linked_payments",
        summary="List open payments that the verdict could also cover",
        description=(
            "At most 50, the strongest links first, each with what a verdict would do to it, or"
            " why it cannot be covered. Empty for a blind task. Send the `external_id` of those"
            " that you mean as `linked` of the verdict."
        ),
        responses={
            200: shapes.LinkedSerializer,
            **errors(*UNKNOWN_TASK, LEASE_LOST),
        },
        examples=[answered("linked", examples.LINKED)],
        tags=["review"],
    )
    def get(self, request: Request, task_id: int) -> Response:
        task = task_of(task_id)
        if not is_held(task, reader=request.user, now=timezone.now()):
            raise LeaseLost
        rows = [_row(choice) for choice in linked_choices(task, reader=request.user)]
        return Response({"task": task.pk, "linked": rows})


def _row(choice: LinkedChoice) -> dict[str, Any]:
    payment = choice.payment
    return {
        "external_id": payment.external_id,
        "case": choice.item.case_id,
        "occurred_at": payment.occurred_at,
        "amount": payment.amount,
        "currency": payment.currency,
        "customer_id": payment.customer_id,
        "shares": choice.shares.split(", "),
        "if_fraud": choice.if_fraud or None,
        "if_legitimate": choice.if_legitimate or None,
        "refused": choice.refused or None,
    }
