"""A page that asks for a reason, does one thing, and goes back."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from scoring.access import ADMIN, LEAD, MANAGER
from scoring.domain.errors import NotFound, Problem

LEADERS = (LEAD, ADMIN)
READERS = (*LEADERS, MANAGER)
LARGEST = Decimal(10) ** 15


def step(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    act: Callable[[], str],
    back: str = "team",
) -> HttpResponse:
    """Show the form, or do what it asks for: `act` returns a sentence about what was done."""
    if request.method != "POST":
        return render(request, template, {**context, "sent": {}})
    try:
        done = act()
    except NotFound as missing:
        raise Http404(missing.message) from None
    except Problem as problem:
        told = {**context, "sent": request.POST, "problem": problem}
        return render(request, template, told, status=problem.status)
    messages.success(request, done)
    return redirect(back)


def read_amount(text: str | None) -> Decimal | None:
    """An amount, None for none. Numbers that are none read as zero, which no service takes."""
    text = (text or "").strip().replace(",", "")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    if not amount.is_finite() or abs(amount) >= LARGEST:
        return Decimal(0)
    return amount.quantize(Decimal("0.01"))
