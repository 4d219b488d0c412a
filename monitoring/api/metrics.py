"""How good the machine is, for programs: the newest stored reports."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api import examples
from monitoring.api.shapes import DriftSerializer, PerformanceSerializer
from monitoring.selectors.metrics import WINDOWS, drift_metrics, performance_metrics
from scoring.access import ADMIN, LEAD, MANAGER
from scoring.api.description import Told, answered, errors, invalid
from scoring.api.queries import refuse_unknown_parameters
from scoring.domain.errors import FieldError, InvalidRecord

NO_REPORT = Told(404, "no_report", "No drift report has been computed yet.")
UNKNOWN_WINDOW = invalid("days", "unknown_choice", "days must be one of 7, 28, 90.")


class PerformanceMetrics(APIView):
    """The five rates with intervals, money, work, and what they rest on."""

    required_scopes = {"GET": "metrics:read"}
    allowed_roles = {"GET": (MANAGER, LEAD, ADMIN)}

    @extend_schema(
        operation_id="performance_metrics",
        summary="Wrongful declines and the other rates, with their intervals",
        description=(
            "The newest report. A number without enough evidence is null and `refused` says why;"
            " bounds that the evidence supports stay. `operations` is counted: fraud over the"
            " volume let through (gross, and net of refunds and of disputes won or withdrawn),"
            " chargebacks, approvals, reviews and what they cost. `chargebacks` compares with the"
            " limits that you set. `expected` is what the scores alone promise, with its own last"
            " error."
        ),
        parameters=[
            OpenApiParameter(
                "days", OpenApiTypes.INT, enum=WINDOWS, default=28, description="The window."
            )
        ],
        responses={200: PerformanceSerializer, **errors(UNKNOWN_WINDOW, NO_REPORT)},
        examples=[answered("four weeks", examples.PERFORMANCE)],
        tags=["metrics"],
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request.query_params, {"days"})
        days = _days(request.query_params.get("days", "28"))
        return Response(performance_metrics(days=days, now=timezone.now()))


class DriftMetrics(APIView):
    """Every feature against what the model was trained on."""

    required_scopes = {"GET": "metrics:read"}
    allowed_roles = {"GET": (MANAGER, LEAD, ADMIN)}

    @extend_schema(
        operation_id="drift_metrics",
        summary="Drift of the score and of every feature",
        description="The newest report. Status needs an effect and enough payments to show it.",
        responses={200: DriftSerializer, **errors(NO_REPORT)},
        examples=[answered("one week", examples.DRIFT)],
        tags=["metrics"],
    )
    def get(self, request: Request) -> Response:
        return Response(drift_metrics(now=timezone.now()))


def _days(text: str) -> int:
    """The window asked for. Raises InvalidRecord."""
    if text not in {str(days) for days in WINDOWS}:
        message = f"days must be one of {', '.join(map(str, WINDOWS))}."
        raise InvalidRecord([FieldError("days", "unknown_choice", message)], message)
    return int(text)
