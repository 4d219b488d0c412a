"""Steps that change one case, or many payments at once."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from labeling.domain.overriding import Override
from labeling.models import ReviewTask
from labeling.people import name_of, signed_in
from labeling.selectors.queue import queues
from labeling.selectors.tasks import task_of
from labeling.selectors.team.cases import closed_case
from labeling.selectors.team.overriding import OverrideFilters, override_preview
from labeling.selectors.team.people import colleagues, reviewer_named
from labeling.services import leading
from labeling.views.reading import AMOUNTS, DUE, read_number
from labeling.views.team.desk import read_or_show
from labeling.views.team.steps import LEADERS, step
from scoring.access import require_roles
from scoring.domain import wording
from scoring.domain.errors import NotFound, Problem

FILTERS = ("merchant", "customer", "country", "channel", "queue", "amount", "due")


@require_roles(*LEADERS)
@read_or_show
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Reassign a case, move it to another queue, or bring it back from waiting."""
    now = timezone.now()
    try:
        shown = task_of(task_id)
    except NotFound as missing:
        raise Http404(missing.message) from None
    act = TASK_ACTS.get(request.POST.get("do", ""), _reassign)
    context = {
        "task": shown,
        "now": now,
        "people": [row for row in colleagues(now=now) if row.held is None],
        # The one that is missing would be its own.
        "queues": queues() if shown.blind else queues().exclude(pk=shown.queue_id),
        "base_currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    return step(request, "labeling/team/task.html", context, act=partial(act, request, shown, now))


@require_roles(*LEADERS)
@read_or_show
def reopen(request: HttpRequest, case_id: int) -> HttpResponse:
    """Reopen a closed case for other eyes."""
    try:
        shown = closed_case(case_id)
    except NotFound as missing:
        raise Http404(missing.message) from None

    def act() -> str:
        leading.reopen_case(
            case_id=case_id,
            reason=request.POST.get("reason", ""),
            actor=signed_in(request.user),
            now=timezone.now(),
        )
        return f"Case {case_id:,} is open again. Somebody who has not judged it looks next."

    return step(request, "labeling/team/reopen.html", {"case": shown}, act=act)


@require_roles(*LEADERS)
@read_or_show
def dispositions(request: HttpRequest) -> HttpResponse:
    """List held payments and what would happen to them; after a reason, do it."""
    problem = None
    if request.method == "POST":
        try:
            return _dispose(request)
        except Problem as refused:
            problem = refused
    source = request.POST if request.method == "POST" else request.GET
    override = _override(source.get("do", ""))
    preview = None
    if override:
        preview = override_preview(
            filters=_filters(request),
            override=override,
            actor=signed_in(request.user),
            now=timezone.now(),
        )
    context = {
        "preview": preview,
        "override": override,
        "problem": problem,
        "sent": source,
        "kept": [(name, source[name]) for name in FILTERS if source.get(name)],
        "queues": queues(),
        "amounts": [(key, words[0]) for key, words in AMOUNTS.items()],
        "dues": [(key, words[0]) for key, words in DUE.items()],
        "now": timezone.now(),
        "base_currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    status = problem.status if problem else 200
    return render(request, "labeling/team/dispositions.html", context, status=status)


def _dispose(request: HttpRequest) -> HttpResponse:
    override = _override(request.POST.get("do", ""))
    done = leading.dispose_in_bulk(
        item_ids=[n for n in map(read_number, request.POST.getlist("items")) if n],
        override=override or Override.APPROVE,
        reason=request.POST.get("reason", "") if override else "",
        actor=signed_in(request.user),
        now=timezone.now(),
    )
    verb = "let through" if override is Override.APPROVE else "declined"
    worth = wording.money(done.money, settings.FRAUDREVIEW_BASE_CURRENCY)
    left = f" {wording.count(done.left, 'payment')} stayed as they were." if done.left else ""
    messages.success(request, f"{wording.count(done.count, 'payment')}, {worth}, {verb}.{left}")
    return redirect("team")


def _override(text: str) -> Override | None:
    return next((override for override in Override if override.value == text), None)


def _filters(request: HttpRequest) -> OverrideFilters:
    source = request.POST if request.method == "POST" else request.GET
    _, low, high = AMOUNTS.get(source.get("amount", ""), ("", None, None))
    _, due = DUE.get(source.get("due", ""), ("", None))
    return OverrideFilters(
        queue=source.get("queue", ""),
        merchant_id=source.get("merchant", "").strip(),
        customer_id=source.get("customer", "").strip(),
        country=source.get("country", "").strip().upper(),
        channel=source.get("channel", "").strip(),
        min_amount=None if low is None else Decimal(low),
        max_amount=None if high is None else Decimal(high),
        due_within=due,
    )


def _reassign(request: HttpRequest, shown: ReviewTask, now: datetime) -> str:
    target_id = read_number(request.POST.get("target"))
    target = reviewer_named(target_id) if target_id else None
    leading.reassign_task(
        task_id=shown.pk,
        reason=request.POST.get("reason", ""),
        actor=signed_in(request.user),
        now=now,
        target=target,
    )
    where = f"is with {name_of(target)} for ten minutes" if target else "is back in the queue"
    return f"Case {shown.case_id:,} {where}."


def _move(request: HttpRequest, shown: ReviewTask, now: datetime) -> str:
    moved = leading.move_task(
        task_id=shown.pk,
        target_id=read_number(request.POST.get("queue")) or 0,
        reason=request.POST.get("reason", ""),
        actor=signed_in(request.user),
        now=now,
    )
    return f"Case {shown.case_id:,} is in {moved.queue.title}."


def _bring_back(request: HttpRequest, shown: ReviewTask, now: datetime) -> str:
    leading.bring_back(
        case_id=shown.case_id,
        reason=request.POST.get("reason", ""),
        actor=signed_in(request.user),
        now=now,
    )
    return f"Case {shown.case_id:,} is back in the queue."


TASK_ACTS: dict[str, Callable[[HttpRequest, ReviewTask, datetime], str]] = {
    "reassign": _reassign,
    "move": _move,
    "resume": _bring_back,
}
