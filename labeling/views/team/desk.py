"""Steps that change the desk: limits of people, rest of queues, surges."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from labeling.models import ReviewQueue
from labeling.people import name_of, signed_in
from labeling.selectors.queue import queues
from labeling.selectors.surge import current_surge
from labeling.selectors.team.people import limits_of, reviewer_named
from labeling.selectors.team.queues import queue_of
from labeling.services import leading
from labeling.views.reading import read_number
from labeling.views.team.steps import LEADERS, read_amount, step
from scoring.access import require_roles
from scoring.domain import wording
from scoring.domain.errors import NotFound

read_or_show = require_http_methods(["GET", "HEAD", "POST"])


@require_roles(*LEADERS)
@read_or_show
def limits(request: HttpRequest, user_id: int) -> HttpResponse:
    """Set how much somebody reviews a day, and up to which amount they decide alone."""
    try:
        reviewer = reviewer_named(user_id)
    except NotFound as missing:
        raise Http404(missing.message) from None

    def act() -> str:
        minutes = read_number(request.POST.get("minutes_per_day"))
        leading.set_limits(
            reviewer=reviewer,
            minutes_per_day=-1 if minutes is None else minutes,
            authority=read_amount(request.POST.get("authority")),
            reason=request.POST.get("reason", ""),
            actor=signed_in(request.user),
            now=timezone.now(),
        )
        return f"The limits of {name_of(reviewer)} are set."

    context = {
        "reviewer": reviewer,
        "name": name_of(reviewer),
        "limits": limits_of(reviewer),
        "base_currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    return step(request, "labeling/team/limits.html", context, act=act)


@require_roles(*LEADERS)
@read_or_show
def queue(request: HttpRequest, queue_id: int, how: str) -> HttpResponse:
    """Pause a queue, resume it, or move what waits in it."""
    try:
        shown = queue_of(queue_id)
    except NotFound as missing:
        raise Http404(missing.message) from None
    context = {"queue": shown, "how": how, "others": queues().exclude(pk=shown.pk)}
    act = partial(ACTS[how], request, shown, timezone.now())
    return step(request, "labeling/team/queue.html", context, act=act)


@require_roles(*LEADERS)
@read_or_show
def surge(request: HttpRequest) -> HttpResponse:
    """Begin a surge, or end the one that is on."""
    now = timezone.now()
    current = current_surge(now)

    def act() -> str:
        reason, actor = request.POST.get("reason", ""), signed_in(request.user)
        if request.POST.get("end"):
            leading.end_surge(reason=reason, actor=actor, now=now)
            return "The surge is over. Lanes are served by their shares again."
        hours = read_number(request.POST.get("hours")) or 0
        leading.start_surge(hours=hours, reason=reason, actor=actor, now=now)
        return "The surge is on. Payments go by their deadline."

    context = {"surge": current, "now": now, "hours": range(1, 13)}
    return step(request, "labeling/team/surge.html", context, act=act)


def _pause(request: HttpRequest, shown: ReviewQueue, now: datetime) -> str:
    leading.pause_queue(
        queue_id=shown.pk,
        reason=request.POST.get("reason", ""),
        actor=signed_in(request.user),
        now=now,
    )
    return f"{shown.title} is paused. What is held stays held."


def _resume(request: HttpRequest, shown: ReviewQueue, now: datetime) -> str:
    leading.unpause_queue(
        queue_id=shown.pk,
        reason=request.POST.get("reason", ""),
        actor=signed_in(request.user),
        now=now,
    )
    return f"{shown.title} is served again."


def _move(request: HttpRequest, shown: ReviewQueue, now: datetime) -> str:
    moved = leading.move_queue(
        queue_id=shown.pk,
        target_id=read_number(request.POST.get("target")) or 0,
        reason=request.POST.get("reason", ""),
        actor=signed_in(request.user),
        now=now,
    )
    return f"{wording.count(moved, 'case')} left {shown.title}."


ACTS: dict[str, Callable[[HttpRequest, ReviewQueue, datetime], str]] = {
    "pause": _pause,
    "resume": _resume,
    "move": _move,
}
