"""Practice: a past case, an answer, and what was true."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from labeling.domain.lifecycle import VerdictValue
from labeling.models import Label
from labeling.people import signed_in
from labeling.selectors.blindness import may_see_opinion
from labeling.selectors.practice import (
    ROUND,
    current_round,
    next_practice,
    own_answer,
    practice_page,
)
from labeling.services.practice import answer_practice
from labeling.views.reading import UNKNOWN_VERDICT, read_number, read_seconds
from scoring.access import ANALYST, LEAD, require_roles
from scoring.domain.errors import NotFound, Problem


@require_roles(ANALYST, LEAD)
@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """Show the practice case that is this person's turn."""
    reviewer = signed_in(request.user)
    known = next_practice(reviewer=reviewer, now=timezone.now())
    standing = current_round(reviewer=reviewer)
    context = {
        "payment": known.payment if known else None,
        "page": practice_page(known.payment) if known else None,
        "answered": 0 if standing.finished else standing.answered,
        "round_size": ROUND,
        "base_currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    return render(request, "labeling/practice.html", context)


@require_roles(ANALYST, LEAD)
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Keep an answer and show what was true."""
    try:
        value = VerdictValue(request.POST.get("verdict", ""))
        given = answer_practice(
            reviewer=signed_in(request.user),
            transaction_id=read_number(request.POST.get("payment")) or 0,
            value=value,
            active_seconds=read_seconds(request.POST.get("active_seconds")),
            now=timezone.now(),
        )
    except ValueError:
        messages.warning(request, UNKNOWN_VERDICT)
        return redirect("practice")
    except Problem as problem:
        messages.warning(request, problem.message)
        return redirect("practice")
    return redirect("practice-answer", given.pk)


@require_roles(ANALYST, LEAD)
@require_safe
def feedback(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Show an answer beside the truth, the score and its reasons."""
    reviewer = signed_in(request.user)
    try:
        given = own_answer(answer_id, reviewer=reviewer)
    except NotFound as missing:
        raise Http404(missing.message) from None
    if not may_see_opinion(reviewer, given.transaction_id):
        # Meanwhile it waits for this person's own blind look.
        raise Http404("This practice case is kept back for now.")
    context = {
        "payment": given.transaction,
        "page": practice_page(given.transaction, opinion=True),
        "given": given,
        "source": Label.Source(given.truth_source).label.lower(),
        "standing": current_round(reviewer=reviewer, upto=given.pk),
        "round_size": ROUND,
        "base_currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    return render(request, "labeling/practice.html", context)
