"""The case in hand: read it, decide it, or give it away."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from labeling import services
from labeling.models import PendingVerdict, ReviewTask, Verdict
from labeling.people import signed_in
from labeling.selectors.case_page import CasePage, task_page
from labeling.selectors.tasks import (
    is_held,
    is_revealed,
    just_decided,
    lost_lease,
    obvious_dispositions,
    other_dispositions,
    reason_codes,
    taken_back,
    task_of,
    waiting_ids,
)
from labeling.views.queue import to_next_case
from labeling.views.reading import (
    read_judgement,
    read_judgements,
    read_linked,
    read_number,
    read_seconds,
)
from scoring.access import ANALYST, LEAD, require_roles
from scoring.domain.errors import NotFound, Problem


def _wait(*, reason: str, **held: Any) -> ReviewTask:
    return services.wait_for_customer(question=reason, **held)


# How a reviewer can know what they say.
VERIFICATIONS = {
    "opinion": "By looking",
    "customer_contacted": "Reached the customer",
    "documents": "Saw documents",
    "challenge_passed": "Challenge passed",
}
GIVE: dict[str, Callable[..., ReviewTask]] = {
    "release": services.release_task,
    "skip": services.skip_task,
    "escalate": services.escalate_task,
    "wait": _wait,
}


@require_roles(ANALYST, LEAD)
@require_safe
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Show a task: to decide it, to look back after a blind verdict, or that it is lost."""
    return _show(request, task_id)


@require_roles(ANALYST, LEAD)
@require_POST
def verdict(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take a verdict and go on to the next case, or to the reveal of a blind one."""
    try:
        given = services.give_verdict(
            task_id=task_id,
            token=_token(request),
            reviewer=signed_in(request.user),
            said=services.Said(
                judgements=read_judgements(request.POST),
                disposition=request.POST.get("disposition", ""),
                active_seconds=read_seconds(request.POST.get("active_seconds")),
                linked=read_linked(request.POST),
            ),
            now=timezone.now(),
        )
    except Problem as problem:
        return _show(request, task_id, problem)
    if given.task.blind:
        return redirect("task", task_id)
    return to_next_case(request, decided=task_id)


@require_roles(ANALYST, LEAD)
@require_POST
def undo(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take the last verdict back and show its case again, with what was said filled in."""
    try:
        services.undo_verdict(
            task_id=task_id,
            token=_token(request),
            reviewer=signed_in(request.user),
            now=timezone.now(),
        )
    except Problem as problem:
        messages.warning(request, problem.message)
        return redirect("queue")
    return redirect(f"/tasks/{task_id}/?undone=1")


@require_roles(ANALYST, LEAD)
@require_safe
def news(request: HttpRequest, task_id: int) -> HttpResponse:
    """Tell the page of a held task which payments wait for it by now."""
    try:
        shown = task_of(task_id)
    except NotFound as missing:
        raise Http404(missing.message) from None
    held = is_held(shown, reader=request.user, now=timezone.now())
    return JsonResponse({"held": held, "items": waiting_ids(shown) if held else []})


@require_roles(ANALYST, LEAD)
@require_POST
def change(request: HttpRequest, task_id: int) -> HttpResponse:
    """Record a second thought after the reveal and go on to the next case."""
    try:
        services.change_verdict(
            task_id=task_id,
            reviewer=signed_in(request.user),
            judgement=read_judgement(request.POST),
            now=timezone.now(),
        )
    except Problem as problem:
        return _show(request, task_id, problem)
    return to_next_case(request, decided=task_id)


@require_roles(ANALYST, LEAD)
@require_POST
def give_away(request: HttpRequest, task_id: int, how: str) -> HttpResponse:
    """Release, skip, escalate a task or ask its customer; all but releasing go on to the next."""
    give = partial(
        GIVE[how],
        task_id=task_id,
        token=_token(request),
        reviewer=signed_in(request.user),
        now=timezone.now(),
    )
    try:
        if how == "release":
            give()
            return redirect("queue")
        give(reason=request.POST.get("reason", ""))
    except Problem as problem:
        return _show(request, task_id, problem)
    return to_next_case(request)


@require_roles(ANALYST, LEAD)
@require_POST
def extend(request: HttpRequest, task_id: int) -> HttpResponse:
    """Hold the task for ten more minutes; the script reads only the header."""
    try:
        held = services.extend_lease(
            task_id=task_id,
            token=_token(request),
            reviewer=signed_in(request.user),
            now=timezone.now(),
        )
    except Problem as problem:
        return _show(request, task_id, problem)
    if request.headers.get("X-Requested-With") == "fetch":
        until = held.leased_until.isoformat() if held.leased_until else ""
        return HttpResponse(status=204, headers={"X-Lease-Until": until})
    return redirect("task", task_id)


def _token(request: HttpRequest) -> int:
    # No token is the same as a stale one.
    return read_number(request.POST.get("token")) or 0


def _show(request: HttpRequest, task_id: int, problem: Problem | None = None) -> HttpResponse:
    now = timezone.now()
    try:
        shown = task_of(task_id)
        page = task_page(
            task=shown,
            reader=request.user,
            now=now,
            item_id=read_number(request.GET.get("item")),
        )
    except NotFound as missing:
        raise Http404(missing.message) from None
    mode = _mode(shown, request, now)
    undone = taken_back(shown, reader=request.user) if "undone" in request.GET else None
    possible = obvious_dispositions(shown) if mode == "work" else {}
    context = {
        "now": now,
        "task": shown,
        "page": page,
        "mode": mode,
        "problem": problem,
        "note": request.POST.get("note", "") or _said(undone, "note"),
        "undone": undone,
        "said": {
            "verdict": request.POST.get("verdict", "") or _said(undone, "value"),
            "reason": request.POST.get("reason_code", "") or _said(undone, "reason_code"),
            "verification": request.POST.get("verification", ""),
        },
        "verifications": VERIFICATIONS.items(),
        "reasons": reason_codes(),
        "possible": possible,
        "other_dispositions": other_dispositions(possible),
        "lost": lost_lease(shown, reader=request.user, now=now) if mode == "lost" else None,
        "own": _own_verdict(page, request) if mode == "revealed" else None,
        "decided": _just_decided(request),
        "base_currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    status = problem.status if problem else 200
    return render(request, "labeling/case.html", context, status=status)


def _mode(shown: ReviewTask, request: HttpRequest, now: datetime) -> str:
    if is_held(shown, reader=request.user, now=now):
        return "work"
    return "revealed" if is_revealed(shown, reader=request.user, now=now) else "lost"


def _said(undone: PendingVerdict | None, part: str) -> str:
    """A part of what was said of the first payment and taken back."""
    return next(iter(undone.judgements.values()))[part] if undone else ""


def _own_verdict(page: CasePage, request: HttpRequest) -> Verdict | None:
    verdicts = page.opinion.verdicts if page.opinion else ()
    return next((v for v in reversed(verdicts) if v.reviewer_id == request.user.pk), None)


def _just_decided(request: HttpRequest) -> object:
    decided = read_number(request.GET.get("decided"))
    return just_decided(decided, reader=request.user, now=timezone.now()) if decided else None
