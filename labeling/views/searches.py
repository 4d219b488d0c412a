"""Keeping searches of transactions, and taking what they find along."""

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from labeling.domain.searching import read_criteria
from labeling.people import signed_in
from labeling.selectors.exporting import COLUMNS, OPINIONS, exported_rows
from labeling.services.searches import delete_filter, log_export, save_filter
from scoring.access import ADMIN, LEAD, MANAGER, ROLES, has_role, require_roles
from scoring.domain.errors import NotFound, Problem


class _Line:
    """A file of one line: what the writer writes is what it returns."""

    def write(self, line: str) -> str:
        return line


@require_roles(LEAD, MANAGER, ADMIN)
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Stream what the search finds as CSV, and write down who took it."""
    response = StreamingHttpResponse(_lines(request), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="transactions.csv"'
    return response


def _lines(request: HttpRequest) -> Iterator[str]:
    writer, rows, now = csv.writer(_Line()), 0, timezone.now()
    criteria = read_criteria(request.GET.dict())
    try:
        yield writer.writerow([*COLUMNS, *OPINIONS])
        for row in exported_rows(criteria, person=request.user, now=now):
            yield writer.writerow(row)
            rows += 1
    finally:
        # Also where the reader went away in the middle: they have what was sent.
        query = request.GET.urlencode()
        log_export(person=signed_in(request.user), query=query, rows=rows, now=now)


@require_roles(*ROLES)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the search of the page under a name."""
    try:
        saved = save_filter(
            owner=signed_in(request.user),
            name=request.POST.get("name", ""),
            query=request.POST.get("query", ""),
            shared=has_role(request.user, LEAD) and request.POST.get("shared") == "1",
            now=timezone.now(),
        )
    except Problem as problem:
        messages.warning(request, problem.message)
        return redirect("transactions")
    return redirect(f"/transactions/?{saved.query}")


@require_roles(*ROLES)
@require_POST
def delete(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Forget a search of one's own."""
    try:
        delete_filter(owner=signed_in(request.user), filter_id=filter_id)
    except NotFound as missing:
        raise Http404(missing.message) from None
    return redirect("transactions")
