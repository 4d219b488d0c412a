"""Support: find one payment, write down what its customer says, file an appeal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from labeling import services
from labeling.domain.statements import validate_appeal, validate_statement
from labeling.domain.support import SupportQuery, read_query
from labeling.models import CustomerStatement
from labeling.people import signed_in
from labeling.selectors.appeals import own_appeals
from labeling.selectors.support import found_payments, open_questions, support_payment
from labeling.views.reading import read_number
from scoring.access import SUPPORT_ROLES, require_roles
from scoring.domain.errors import NotFound, Problem

STATEMENT_FIELDS = ("statement", "channel", "verification", "reference", "note", "corrects")
APPEAL_FIELDS = ("reason", "reference", "new_evidence")
CHOICES = {
    "statement_choices": CustomerStatement.Value.choices,
    "channel_choices": CustomerStatement.Channel.choices,
    "verification_choices": CustomerStatement.Verification.choices,
}
STATEMENT, APPEAL = "statement", "appeal"


@require_roles(*SUPPORT_ROLES)
@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """Show the search, what was found, what the desk asks, and this person's appeals."""
    query = read_query(request.GET.dict())
    try:
        found, more = found_payments(query, reader=request.user)
    except OperationalError:
        return render(request, "labeling/support/home.html", _home(request, query), status=503)
    if len(found) == 1 and query.words and not query.errors:
        return redirect("support-payment", found[0].payment.external_id)
    context = {**_home(request, query), "found": found, "more": more, "searched": query.asks}
    return render(request, "labeling/support/home.html", context)


@require_roles(*SUPPORT_ROLES)
@require_safe
def payment(request: HttpRequest, external_id: str) -> HttpResponse:
    """Show one payment in plain words, with what can be done about it."""
    return _show(request, external_id)


@require_roles(*SUPPORT_ROLES)
@require_POST
def statement(request: HttpRequest, external_id: str) -> HttpResponse:
    """Record what the customer says."""
    now = timezone.now()
    try:
        services.record_statement(
            external_id=external_id,
            record=validate_statement(_sent(request, STATEMENT_FIELDS), now=now),
            recorded_by=signed_in(request.user),
            now=now,
        )
    except Problem as problem:
        return _show(request, external_id, STATEMENT, problem)
    messages.success(request, "Recorded. Everybody who looks at this payment sees it.")
    return redirect("support-payment", external_id)


@require_roles(*SUPPORT_ROLES)
@require_POST
def appeal(request: HttpRequest, external_id: str) -> HttpResponse:
    """File an appeal."""
    try:
        services.file_appeal(
            external_id=external_id,
            record=validate_appeal(_sent(request, APPEAL_FIELDS)),
            filed_by=signed_in(request.user),
            now=timezone.now(),
        )
    except Problem as problem:
        return _show(request, external_id, APPEAL, problem)
    messages.success(request, "The appeal is filed. Somebody new to this payment decides it.")
    return redirect("support-payment", external_id)


def _sent(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.POST[name] for name in names if name in request.POST}


def _home(request: HttpRequest, query: SupportQuery) -> dict[str, Any]:
    return {
        "now": timezone.now(),
        "query": query,
        "written": request.GET,
        "questions": open_questions(reader=request.user),
        "appeals": own_appeals(signed_in(request.user)),
    }


def _show(
    request: HttpRequest, external_id: str, form: str = "", problem: Problem | None = None
) -> HttpResponse:
    try:
        page = support_payment(external_id, reader=request.user)
    except NotFound as missing:
        raise Http404(missing.message) from None
    written: Mapping[str, Any] = request.POST if problem else {}
    corrects = read_number(request.GET.get("correct") or written.get("corrects"))
    corrected = next((each for each in page.standing if each.pk == corrects), None)
    context = {
        "now": timezone.now(),
        "page": page,
        "payment": page.transaction,
        "problem": problem,
        "form": form,
        "faults": {error.field: error.message for error in problem.errors} if problem else {},
        "corrected": corrected,
        "written": _filled_in(written, form, corrected),
        **CHOICES,
    }
    status = problem.status if problem else 200
    return render(request, "labeling/support/payment.html", context, status=status)


def _filled_in(
    written: Mapping[str, Any], form: str, corrected: CustomerStatement | None
) -> dict[str, dict[str, Any]]:
    """What each of the two forms shows: what was just sent, or the statement to correct."""
    statement: Mapping[str, Any] = written if form == STATEMENT else {}
    if not statement and corrected:
        statement = {
            "channel": corrected.channel,
            "verification": corrected.verification,
            "reference": corrected.reference,
            "note": corrected.note,
        }
    appeal = written if form == APPEAL else {}
    return {
        STATEMENT: {name: statement.get(name, "") for name in STATEMENT_FIELDS},
        APPEAL: {name: appeal.get(name, "") for name in APPEAL_FIELDS},
    }
