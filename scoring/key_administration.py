"""API keys in the administration: made, limited, replaced and revoked; each secret seen once."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from scoring.access import SCOPES
from scoring.administration import RoleAdmin
from scoring.domain.errors import InvalidRecord, Problem
from scoring.models import ApiKey
from scoring.services.api_keys import (
    OVERLAP,
    check_api_key,
    create_api_key,
    limit_api_key,
    replace_api_key,
    revoke_api_key,
)

if TYPE_CHECKING:
    KeyForm = forms.ModelForm[ApiKey]
else:
    KeyForm = forms.ModelForm  # generic for the type checker only

LIMITS = ("transactions_per_minute", "requests_per_minute")
HOURS = int(OVERLAP.total_seconds() // 3600)


class LimitsForm(KeyForm):
    """What an admin may change of a key."""

    class Meta:
        model = ApiKey
        fields = LIMITS

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        try:
            check_api_key(**self._said(cleaned))
        except InvalidRecord as invalid:
            raise ValidationError(
                {error.field: error.message for error in invalid.errors}
            ) from None
        return cleaned

    def _said(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        return {
            "scopes": self.instance.scopes,
            "acts_for": self.instance.acts_for,
            "expires_at": None,
            "now": timezone.now(),
            **{name: cleaned.get(name) for name in LIMITS},
        }


class ApiKeyForm(LimitsForm):
    """What an admin says of a new key."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope, f"{scope}: {words}") for scope, words in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "acts_for", "expires_at", *LIMITS)

    def _said(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        return super()._said(cleaned) | {
            "scopes": cleaned.get("scopes") or [],
            "acts_for": cleaned.get("acts_for"),
            "expires_at": cleaned.get("expires_at"),
        }


class OverlapForm(ActionForm):
    """How long the old secret goes on when a key is replaced."""

    # Text: what is no number is told by the action; a form would do nothing without a word.
    hours = forms.CharField(
        required=False,
        initial=HOURS,
        label="Old secret goes on for (hours)",
        widget=forms.NumberInput(attrs={"min": 0}),
    )


@admin.register(ApiKey)
class ApiKeyAdmin(RoleAdmin):
    """Only the limits of a key are ever changed. A secret is shown once."""

    list_display = (
        "name",
        "prefix",
        "scopes",
        "acts_for",
        "last_used_at",
        "expires_at",
        "replaces",
        *LIMITS,
        "state",
    )
    list_select_related = ("acts_for", "replaces")
    search_fields = ("name", "prefix")
    actions = ("revoke", "replace")
    action_form = OverlapForm

    @admin.display(description="State")
    def state(self, key: ApiKey) -> str:
        if key.revoked_at:
            return "revoked"
        return "expired" if key.expires_at and key.expires_at <= timezone.now() else "open"

    def get_form(
        self, request: HttpRequest, obj: ApiKey | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = LimitsForm if change else ApiKeyForm
        return super().get_form(request, obj, change, **kwargs)

    def get_readonly_fields(
        self, request: HttpRequest, obj: ApiKey | None = None
    ) -> tuple[str, ...]:
        if obj is None:
            return ()
        return (
            "name",
            "prefix",
            "scopes",
            "acts_for",
            "created_by",
            "created_at",
            "expires_at",
            "revoked_at",
            "last_used_at",
            "replaces",
        )

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            limit_api_key(key=obj, **{name: form.cleaned_data[name] for name in LIMITS})
            return
        key, secret = create_api_key(
            **form.cleaned_data, now=timezone.now(), created_by=cast(User, request.user)
        )
        obj.pk, obj.prefix = key.pk, key.prefix
        request.shown_once = secret  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._shown_once(request, obj, request.shown_once)  # type: ignore[attr-defined]

    @admin.action(description="Revoke the chosen keys at once", permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiKey]) -> None:
        for key in chosen:
            revoke_api_key(key=key, now=timezone.now())
        message = "Revoked: within five seconds these keys open nothing any more."
        self.message_user(request, message, messages.SUCCESS)

    @admin.action(description="Replace the chosen key, with an overlap", permissions=["change"])
    def replace(self, request: HttpRequest, chosen: QuerySet[ApiKey]) -> HttpResponse | None:
        """Make a successor and show its secret; the old one goes on for the stated hours."""
        try:
            successor, secret = replace_api_key(
                key=_only(chosen),
                now=timezone.now(),
                by=cast(User, request.user),
                overlap=_overlap(request.POST.get("hours", "")),
            )
        except Problem as problem:
            self.message_user(request, problem.message, messages.ERROR)
            return None
        return self._shown_once(request, successor, secret)

    def _shown_once(self, request: HttpRequest, key: ApiKey, secret: str) -> HttpResponse:
        """Show the secret in this one answer: a message would store it in the session."""
        context = {
            **self.admin_site.each_context(request),
            "title": "The API key is made",
            "opts": self.opts,
            "key": key,
            "secret": secret,
        }
        response = render(request, "admin/scoring/apikey/made.html", context)
        response["Cache-Control"] = "no-store"
        return response


def _only(chosen: QuerySet[ApiKey]) -> ApiKey:
    keys = list(chosen[:2])
    if len(keys) != 1:
        raise Problem("not_one", "Choose one key: its successor's secret is shown once.")
    return keys[0]


def _overlap(hours: str) -> timedelta:
    try:
        return timedelta(hours=int(hours)) if hours.strip() else OVERLAP
    except (ValueError, OverflowError):
        raise Problem("invalid", "The overlap is a whole number of hours.") from None
