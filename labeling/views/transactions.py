"""Finding payments, and one payment with its whole story.

They are here and not in scoring, because they tell labels and verdicts, and because what somebody
is to judge blind is kept back from them.
"""

from dataclasses import replace
from time import perf_counter

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from labeling.domain.ledger import Ledger, ledger, stored_rows
from labeling.domain.maturing import MATURE_AFTER, Silence, silence
from labeling.domain.searching import CONTRADICTED, WAITING, Criteria, read_criteria
from labeling.selectors.searching import (
    FoundPage,
    SearchTooBroad,
    estimated_total,
    found_transactions,
    saved_filters,
)
from labeling.selectors.stories import Opinions, Story, course_of, moments, story_of
from labeling.services.searches import cleaned
from scoring.access import (
    ADMIN,
    ANALYST,
    LEAD,
    MANAGER,
    PERSONAL_DATA_ROLES,
    ROLES,
    has_role,
    require_roles,
)
from scoring.domain.errors import NotFound

EXPORT_ROLES = (LEAD, MANAGER, ADMIN)
CASE_ROLES = (ANALYST, LEAD, MANAGER, ADMIN)
PERIOD_WORDS = (
    ("", "any"),
    ("1h", "last hour"),
    ("24h", "24 hours"),
    ("7d", "7 days"),
    ("14d", "14 days"),
    ("30d", "30 days"),
    ("90d", "90 days"),
)
OUTCOME_WORDS = (
    ("", "any"),
    ("approve", "Approve"),
    ("review", "Review"),
    ("block", "Block"),
    (WAITING, "still waiting"),
)
FINAL_WORDS = (
    ("", "any"),
    ("approve", "approved"),
    ("review", "not final yet"),
    ("block", "declined"),
)
LABEL_WORDS = (
    ("", "any"),
    ("fraud", "fraud"),
    ("legitimate", "legitimate"),
    (CONTRADICTED, "contradict each other"),
)


@require_roles(*ROLES)
@require_safe
def transactions(request: HttpRequest) -> HttpResponse:
    """Show payments, newest first, narrowed by what the reader looks for."""
    began = perf_counter()
    criteria = read_criteria(request.GET.dict())
    if not has_role(request.user, *CASE_ROLES):
        # Support helps customers; a score would only lead them.
        criteria = replace(criteria, score_from=None, score_to=None)
    personal = has_role(request.user, *PERSONAL_DATA_ROLES)
    try:
        page = found_transactions(
            criteria, person=request.user, sees_personal_data=personal, now=timezone.now()
        )
    except SearchTooBroad:
        return render(request, "labeling/transactions.html", _shown(request, criteria), status=503)
    if _is_the_one(page, criteria):
        return redirect("transaction", page.rows[0].transaction.external_id)
    context = {
        **_shown(request, criteria),
        "page": page,
        "personal": personal,
        "total": None if criteria.narrows else estimated_total(),
        "milliseconds": round(1000 * (perf_counter() - began)),
    }
    return render(request, "labeling/transactions.html", context)


@require_roles(*ROLES)
@require_safe
def transaction(request: HttpRequest, external_id: str) -> HttpResponse:
    """Show one payment: facts on the left, opinions on the right, the story below."""
    try:
        story = story_of(external_id, person=request.user, now=timezone.now())
    except NotFound as error:
        raise Http404(error.message) from None
    opinions = story.opinions
    context = {
        "story": story,
        "transaction": story.transaction,
        "opinions": opinions,
        "ledger": _ledger(opinions) if opinions else None,
        "final": opinions.dispositions[-1] if opinions and opinions.dispositions else None,
        "label": opinions.labels.resolved if opinions else None,
        "silence": _silence(story) if opinions else None,
        "moments": moments(story),
        "opens_cases": has_role(request.user, *CASE_ROLES),
        "base_currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    return render(request, "labeling/transaction.html", context)


def _silence(story: Story) -> dict[str, object]:
    """What it says that nobody has said anything, and from when on it may say more."""
    course, now = course_of(story), timezone.now()
    if course is None:
        return {"says": Silence.NOTHING, "imported": story.transaction.imported}
    return {"says": silence(course, as_of=now), "from": course.silent_since + MATURE_AFTER}


def _shown(request: HttpRequest, criteria: Criteria) -> dict[str, object]:
    return {
        "criteria": criteria,
        "periods": PERIOD_WORDS,
        "outcomes": OUTCOME_WORDS,
        "finals": FINAL_WORDS,
        "labels": LABEL_WORDS,
        "saved": saved_filters(request.user),
        "query": cleaned(request.GET.urlencode()),
        "shares": has_role(request.user, LEAD),
        "scores": has_role(request.user, *CASE_ROLES),
        "exports": has_role(request.user, *EXPORT_ROLES),
    }


def _is_the_one(page: FoundPage, criteria: Criteria) -> bool:
    """Whether somebody typed the whole id of one payment and nothing else was found."""
    return len(page.rows) == 1 and page.rows[0].transaction.external_id == criteria.words


def _ledger(opinions: Opinions) -> Ledger | None:
    explanation = opinions.explanation
    if explanation is None:
        return None
    return ledger(
        base_value=explanation.base_value,
        contributions=explanation.contributions,
        rows=stored_rows(explanation.reason_codes),
    )
