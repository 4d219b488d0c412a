"""Datasets: what a training run learned from."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from monitoring.selectors.datasheets import dataset_numbered, dataset_page, datasheet
from scoring.access import ADMIN, LEAD, MANAGER, require_roles
from scoring.domain.errors import Problem


@require_GET
@require_roles(ADMIN, MANAGER, LEAD)
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """The datasheet of one run."""
    try:
        page = dataset_page(number)
    except Problem as problem:
        raise Http404(problem.message) from problem
    return render(request, "monitoring/dataset.html", {"page": page})


@require_GET
@require_roles(ADMIN, MANAGER, LEAD)
def download(request: HttpRequest, number: int) -> HttpResponse:
    """The same as a file for programs."""
    try:
        content = datasheet(dataset_numbered(number))
    except Problem as problem:
        raise Http404(problem.message) from problem
    response = JsonResponse(content, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="dataset-{number}.json"'
    return response
