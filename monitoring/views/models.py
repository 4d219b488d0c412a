"""Models: which one decides, which could take over, and the way back."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from monitoring.forms import MoveForm, TrainForm
from monitoring.models import TrainingRun
from monitoring.selectors.model_cards import model_card
from monitoring.selectors.model_pages import (
    comparison_of,
    models_page,
    newest_run,
    policies_of,
)
from monitoring.services.training import TrainingRequest, request_training
from scoring.access import ADMIN, LEAD, MANAGER, has_role, require_roles
from scoring.domain.errors import Problem
from scoring.models import ModelVersion, Stage
from scoring.selectors.policies import active_policy, policy_numbered
from scoring.selectors.registry import version_numbered, way_back
from scoring.services.promotion import promote_recommended
from scoring.services.registry import change_stage

TARGETS = {
    "promote": Stage.PRODUCTION,
    "roll-back": Stage.ROLLED_BACK,
    "archive": Stage.ARCHIVED,
}


@require_GET
@require_roles(ADMIN, MANAGER, LEAD)
def overview(request: HttpRequest) -> HttpResponse:
    """Versions on time, challenger against champion, the last training run."""
    page = models_page(now=timezone.now())
    context = {
        "page": page,
        "owner": has_role(request.user, ADMIN),
        "form": MoveForm(),
        "policies": policies_of(page.challenger) if page.challenger else [],
        "currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    return render(request, "monitoring/models.html", context)


@require_GET
@require_roles(ADMIN, MANAGER, LEAD)
def training(request: HttpRequest) -> HttpResponse:
    """The last training run alone, for the page that watches it."""
    run = newest_run(now=timezone.now())
    response = render(
        request,
        "monitoring/_training.html",
        {"run": run},
    )
    if run is not None and run.finished_at is not None and request.headers.get("HX-Request"):
        response["HX-Refresh"] = "true"  # the rest of the page has changed with it
    return response


@require_POST
@require_roles(ADMIN)
def train(request: HttpRequest) -> HttpResponse:
    """Ask for a training run, with what was known now or at the start of a day."""
    form = TrainForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "As of which day? Write it as 2026-11-30.")
        return redirect("models")
    try:
        request_training(
            by=request.user,  # type: ignore[arg-type]
            trigger=TrainingRun.Trigger.BUTTON,
            now=timezone.now(),
            request=TrainingRequest(as_of=form.moment()),
        )
    except Problem as problem:
        messages.warning(request, problem.message)
    return redirect("models")


@require_GET
@require_roles(ADMIN, MANAGER, LEAD)
def card(request: HttpRequest, number: int) -> HttpResponse:
    """Everything known of one version."""
    version = _version_or_404(number)
    context = {"card": model_card(version), "owner": has_role(request.user, ADMIN)}
    return render(request, "monitoring/model_card.html", context)


@require_roles(ADMIN)
def move(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """Ask for the reason of a promotion, a roll-back or an archiving, and do it."""
    version = _version_or_404(number)
    form = MoveForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _moved(request, version, step, form)
        except Problem as problem:
            form.add_error("reason", problem.message)
            status = problem.status
    elif request.method == "POST":
        status = 400
    context = {"version": version, "step": step, "form": form, **_consequences(version)}
    return render(request, "monitoring/move.html", context, status=status)


def _moved(
    request: HttpRequest, version: ModelVersion, step: str, form: MoveForm
) -> HttpResponseRedirect:
    by, reason, now = request.user, form.cleaned_data["reason"], timezone.now()
    number = form.cleaned_data["policy"]
    policy = policy_numbered(number) if number else None
    if step == "promote" and policy is None:
        promote_recommended(model_version=version, by=by, reason=reason, now=now)  # type: ignore[arg-type]
    else:
        change_stage(
            model_version=version,
            to_stage=TARGETS[step],
            by=by,  # type: ignore[arg-type]
            reason=reason,
            now=now,
            policy=policy,
        )
    messages.success(request, _done(version, step))
    return redirect("models")


def _done(version: ModelVersion, step: str) -> str:
    active = active_policy()
    decides = f"v{active.model_version.number}" if active.model_version else "the fallback"
    words = {"promote": "decides", "roll-back": "is rolled back", "archive": "is archived"}[step]
    return f"v{version.number} {words}: from now on {decides} with policy {active.number} decides."


def _consequences(version: ModelVersion) -> dict[str, object]:
    return {
        "policy": active_policy(),
        "back": way_back(),
        "policies": policies_of(version),
        "comparison": comparison_of(version),
    }


def _version_or_404(number: int) -> ModelVersion:
    try:
        return version_numbered(number)
    except Problem as problem:
        raise Http404(problem.message) from problem
