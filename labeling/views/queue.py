"""The queue, and the button that opens the next case."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from labeling.domain.queue import Lane, checking_share
from labeling.people import signed_in
from labeling.selectors import queue as queue_selectors
from labeling.selectors.arrivals import arrivals_today
from labeling.selectors.desk import desk_settings, lane_shares
from labeling.selectors.my_day import my_day
from labeling.selectors.tasks import just_decided
from labeling.selectors.team.people import is_on_duty
from labeling.services import claim_task
from labeling.views.reading import AMOUNTS, DUE, read_filters, read_number
from scoring.access import ADMIN, ANALYST, LEAD, MANAGER, has_role, require_roles

# Name, word, and what the list is.
TABS = (
    ("", "All open", ""),
    ("due_soon", "Due soon", "within half an hour"),
    ("value", "By value", "the rest, best first"),
    ("learn", "To learn from", "what the model knows least"),
    ("blind", "You decide first", "score kept back, 1 case in {blind}"),
    ("escalated", "Escalated", "for leads"),
)


@require_roles(ANALYST, LEAD, MANAGER, ADMIN)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits, in the order in which it is served."""
    now = timezone.now()
    filters = read_filters(request.GET)
    figures = queue_selectors.queue_figures(now=now)
    shares = lane_shares(desk_settings())
    reviewer = has_role(request.user, ANALYST, LEAD)
    after = read_number(request.GET.get("decided"))
    context = {
        "now": now,
        "filters": filters,
        "figures": figures,
        "open_tasks": figures.waiting,
        "tabs": _tabs(request, figures, filters.lane, shares),
        "page": queue_selectors.queue_page(
            filters=filters,
            reader=request.user,
            now=now,
            after=request.GET.get("after", ""),
            shares=shares,
        ),
        "choices": _choices(request),
        "reviewer": reviewer,
        "on_duty": is_on_duty(signed_in(request.user).pk) if reviewer else False,
        "day": my_day(reviewer=signed_in(request.user), now=now) if reviewer else None,
        "arrivals": arrivals_today(now=now) if not figures.waiting else None,
        "decided": just_decided(after, reader=request.user, now=now) if after else None,
        "base_currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    return render(request, "labeling/queue.html", context)


@require_roles(ANALYST, LEAD)
@require_POST
def next_case(request: HttpRequest) -> HttpResponse:
    """Lease the next task to this reviewer and show it."""
    return to_next_case(request)


def to_next_case(request: HttpRequest, *, decided: int | None = None) -> HttpResponse:
    """Go to the next task of this reviewer, or to the queue when nothing waits for them."""
    task = claim_task(reviewer=signed_in(request.user), now=timezone.now())
    suffix = f"?decided={decided}" if decided else ""
    if task:
        return redirect(f"/tasks/{task.pk}/{suffix}")
    if not decided:
        messages.info(request, "Nothing waits for you right now.")
    return redirect(f"/queue/{suffix}")


def _tabs(
    request: HttpRequest,
    figures: queue_selectors.QueueFigures,
    lane: str,
    shares: Mapping[Lane, float],
) -> list[dict[str, object]]:
    allowed = queue_selectors.tabs_of(request.user)
    blind = round(1 / checking_share(shares))
    return [
        {
            "name": name,
            "word": word,
            "meaning": meaning.format(blind=blind),
            "count": figures.by_tab.get(name, 0),
            "current": name == lane,
        }
        for name, word, meaning in TABS
        if name in allowed
    ]


def _choices(request: HttpRequest) -> list[dict[str, object]]:
    """The filters of the page: name, word, options, and what is chosen."""
    options = {
        "queue": ("Queue", [(q.name, q.title) for q in queue_selectors.queues()]),
        "amount": ("Amount", [(key, words[0]) for key, words in AMOUNTS.items()]),
        "due": ("Due", [(key, words[0]) for key, words in DUE.items()]),
        "channel": (
            "Channel",
            [(name, name.title()) for name in queue_selectors.channels_in_queue()],
        ),
    }
    return [
        {"name": name, "word": word, "options": values, "chosen": request.GET.get(name, "")}
        for name, (word, values) in options.items()
    ]
