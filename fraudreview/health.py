"""What machines ask about this process: does it live, can it serve, how is it doing."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.selectors.workload import open_tasks_by_lane
from monitoring.selectors.audit_draws import newest_sample_check
from scoring.access import ADMIN, public
from scoring.selectors.feature_checks import newest_feature_check
from scoring.selectors.queue import waiting_transactions


@public
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Answer that the process runs, without asking anybody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 when requests can be served, which takes the database, else 503.

    Redis does not count: losing it loses and delays nothing that matters.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    return JsonResponse({"ready": True})


class PlainText(BaseRenderer):
    """Text as it is: the format of Prometheus."""

    media_type = "text/plain"
    format = "txt"
    charset = "utf-8"

    def render(self, data: bytes, *args: object) -> bytes:
        return data


class Metrics(APIView):
    """Numbers for Prometheus. A key needs `metrics:read`: it goes into `authorization`."""

    required_scopes = "metrics:read"
    allowed_roles = (ADMIN,)
    renderer_classes = [PlainText]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    waiting = waiting_transactions(now=timezone.now())
    age = waiting.oldest.total_seconds()
    _gauge(registry, "fraudreview_waiting_transactions", "Not decided yet", waiting.count)
    _gauge(registry, "fraudreview_waiting_seconds", "Age of the oldest one not decided", age)
    tasks = Gauge("fraudreview_open_tasks", "Review tasks by lane", ["lane"], registry=registry)
    for lane, number in open_tasks_by_lane().items():
        tasks.labels(lane).set(number)
    _gauge_features(registry)
    _gauge_audits(registry)
    return registry


def _gauge_features(registry: CollectorRegistry) -> None:
    """What the newest check of stored vectors found; absent until there was one."""
    check = newest_feature_check()
    if check is None:
        return
    age = (timezone.now() - check.checked_at).total_seconds()
    for name, help_text, value in (
        ("skew_share", "Stored vectors that recompute to other values", check.skew_share),
        ("checked_vectors", "Stored vectors that the newest check recomputed", check.checked),
        ("unverifiable_vectors", "Stored vectors it could not judge", check.unverifiable),
        ("check_age_seconds", "Time since the newest check", age),
    ):
        _gauge(registry, f"fraudreview_feature_{name}", help_text, value)


def _gauge_audits(registry: CollectorRegistry) -> None:
    """What the newest check of the audit sample found; absent until there was one."""
    check = newest_sample_check()
    if check is None:
        return
    age = (timezone.now() - check.report.created_at).total_seconds()
    for name, help_text, value in (
        ("alarm", "1 where the audit sample is not what was drawn", float(check.alarm)),
        ("dropped", "Payments drawn in four weeks that nobody looks at", check.dropped),
        ("p_value", "Smallest p-value of yesterday's draws", check.p_value),
        ("check_age_seconds", "Time since the newest check of the audit sample", age),
    ):
        if value is not None:
            _gauge(registry, f"fraudreview_audit_{name}", help_text, value)


def _gauge(registry: CollectorRegistry, name: str, help_text: str, value: float) -> None:
    Gauge(name, help_text, registry=registry).set(value)
