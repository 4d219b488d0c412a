"""Decision policies: the list, a new one, and letting one decide."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from monitoring.forms import PolicyForm, ReasonForm
from scoring.access import ADMIN, LEAD, MANAGER, has_role, require_roles
from scoring.domain.errors import Problem
from scoring.models import DecisionPolicy, ModelVersion, PolicyActivation
from scoring.selectors.policies import active_policy, policy_numbered
from scoring.selectors.registry import version_numbered
from scoring.services.policies import PolicyDraft, activate_policy, create_policy

COSTS = (
    "loss_share",
    "chargeback_fee",
    "margin_share",
    "churn_cost",
    "review_cost_per_minute",
)
AUDITS = ("approve", "approve_near", "block")
BUDGET = ("approve", "block", "approve_minutes", "block_minutes")
PLAIN = (
    "review_threshold",
    "block_threshold",
    "rule",
    "review_capacity",
    "review_minutes",
    "timeout_action",
    "fallback_outcome",
    "over_capacity_outcome",
    "explanation_hidden_share",
    "score_hidden_share",
)


@require_GET
@require_roles(ADMIN, MANAGER, LEAD)
def overview(request: HttpRequest) -> HttpResponse:
    """Every policy, newest first, and when each decided."""
    policies = DecisionPolicy.objects.select_related("model_version", "created_by")
    activations = PolicyActivation.objects.select_related("policy", "activated_by")
    context = {
        "active": active_policy(),
        "policies": policies.order_by("-number")[:100],
        "activations": activations.order_by("-pk")[:10],
        "owner": has_role(request.user, ADMIN),
        "currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    return render(request, "monitoring/policies.html", context)


@require_roles(ADMIN)
def new(request: HttpRequest) -> HttpResponse:
    """A form that starts from the active policy and the budget in the address, and its policy."""
    if request.method == "POST":
        form = PolicyForm(request.POST)
    else:
        form = PolicyForm(initial=_initial() | _proposed(request))
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                policy = create_policy(
                    draft=_draft(form.cleaned_data),
                    by=request.user,  # type: ignore[arg-type]
                    now=timezone.now(),
                )
            except Problem as problem:
                _tell(form, problem)
            else:
                messages.success(
                    request, f"Policy {policy.number} is made. It decides nothing yet."
                )
                return redirect("policies")
    versions = ModelVersion.objects.exclude(stage="rolled_back").order_by("-number")
    context = {
        "form": form,
        "versions": versions,
        "active": active_policy(),
        "currency": settings.FRAUDREVIEW_BASE_CURRENCY,
    }
    return render(request, "monitoring/policy_form.html", context, status=status)


@require_roles(ADMIN)
def activate(request: HttpRequest, number: int) -> HttpResponse:
    """Ask why a policy shall decide from now on, and let it."""
    try:
        policy = policy_numbered(number)
    except Problem as problem:
        raise Http404(problem.message) from problem
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                activate_policy(
                    policy=policy,
                    by=request.user,  # type: ignore[arg-type]
                    reason=form.cleaned_data["reason"],
                    now=timezone.now(),
                )
            except Problem as problem:
                form.add_error("reason", problem.message)
                status = problem.status
            else:
                messages.success(request, f"Policy {policy.number} decides from now on.")
                return redirect("policies")
    context = {"form": form, "policy": policy, "active": active_policy()}
    return render(request, "monitoring/policy_activate.html", context, status=status)


def _initial() -> dict[str, Any]:
    policy = active_policy()
    return {
        **{name: getattr(policy, name) for name in PLAIN},
        **{name: policy.costs.get(name) for name in COSTS},
        **{f"audit_{name}": policy.audit_rates.get(name) for name in AUDITS},
        **{f"audits_{name}": policy.audit_budget.get(name) for name in BUDGET},
        "minutes_a_review": policy.costs.get("review_minutes"),
        "model_version": policy.model_version.number if policy.model_version else None,
    }


def _proposed(request: HttpRequest) -> dict[str, str]:
    """The budget that the page of audits proposes, in the address; nothing else is taken."""
    names = [f"audits_{name}" for name in BUDGET]
    return {name: request.GET[name] for name in names if name in request.GET}


def _draft(values: dict[str, Any]) -> PolicyDraft:
    number = values["model_version"]
    costs = {name: values[name] for name in COSTS}
    return PolicyDraft(
        model_version=version_numbered(number) if number else None,
        costs={**costs, "review_minutes": values["minutes_a_review"]},
        audit_rates={name: values[f"audit_{name}"] for name in AUDITS},
        audit_budget=_budget(values),
        **{name: values[name] for name in PLAIN},
    )


def _budget(values: dict[str, Any]) -> dict[str, Any]:
    """What was typed of the budget; minutes alone state none."""
    typed = {name: values[f"audits_{name}"] for name in BUDGET}
    stated = {name: value for name, value in typed.items() if value not in (None, "")}
    return stated if "approve" in stated or "block" in stated else {}


def _tell(form: PolicyForm, problem: Problem) -> None:
    """Put each fault of the draft beside its field, or above the form."""
    for fault in problem.errors:
        name = fault.field
        for table, prefix in (
            ("costs.", ""),
            ("audit_rates.", "audit_"),
            ("audit_budget.", "audits_"),
        ):
            name = name.replace(table, prefix)
        form.add_error(name if name in form.fields else None, f"{fault.message}.")
    if not problem.errors:
        form.add_error(None, problem.message)
