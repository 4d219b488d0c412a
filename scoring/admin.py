"""What admins keep in the administration: people, API keys, rates; and what they may look up."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from scoring.access import SCOPES
from scoring.administration import OpinionAdmin, ReadOnlyAdmin, RoleAdmin
from scoring.domain.errors import InvalidRecord
from scoring.models import (
    ApiKey,
    Decision,
    DecisionPolicy,
    Disposition,
    ExchangeRate,
    ModelVersion,
    PolicyActivation,
    ScoringBatch,
    StageChange,
)
from scoring.services.api_keys import check_api_key, create_api_key, revoke_api_key

if TYPE_CHECKING:
    KeyForm = forms.ModelForm[ApiKey]
else:
    KeyForm = forms.ModelForm  # generic for the type checker only

admin.site.unregister(User)
# The five groups are the roles of the product; they are neither renamed nor added to.
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(RoleAdmin, UserAdmin):  # type: ignore[type-arg]
    """People and their roles. Only a superuser touches superusers."""

    list_display = ("username", "first_name", "last_name", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Roles", {"fields": ("is_active", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="Roles")
    def roles(self, person: User) -> str:
        return ", ".join(group.name for group in person.groups.all())

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        untouchable = isinstance(obj, User) and obj.is_superuser
        allowed = super().has_change_permission(request, obj)
        return allowed and (not untouchable or request.user.is_superuser)


class ApiKeyForm(KeyForm):
    """What an admin says of a new key."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope, f"{scope}: {words}") for scope, words in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "acts_for", "expires_at")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        try:
            check_api_key(
                scopes=cleaned.get("scopes") or [],
                acts_for=cleaned.get("acts_for"),
                expires_at=cleaned.get("expires_at"),
                now=timezone.now(),
            )
        except InvalidRecord as invalid:
            raise ValidationError(
                {error.field: error.message for error in invalid.errors}
            ) from None
        return cleaned


@admin.register(ApiKey)
class ApiKeyAdmin(RoleAdmin):
    """Keys are made and revoked here, never edited. The secret is shown once."""

    form = ApiKeyForm
    list_display = ("name", "prefix", "scopes", "acts_for", "last_used_at", "expires_at", "state")
    list_select_related = ("acts_for",)
    search_fields = ("name", "prefix")
    actions = ("revoke",)

    @admin.display(description="State")
    def state(self, key: ApiKey) -> str:
        if key.revoked_at:
            return "revoked"
        return "expired" if key.expires_at and key.expires_at <= timezone.now() else "open"

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        maker = cast(User, request.user)
        key, secret = create_api_key(**form.cleaned_data, now=timezone.now(), created_by=maker)
        obj.pk, obj.prefix = key.pk, key.prefix
        request.shown_once = secret  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret in this one answer: a message would store it in the session."""
        context = {
            **self.admin_site.each_context(request),
            "title": "The API key is made",
            "opts": self.opts,
            "key": obj,
            "secret": request.shown_once,  # type: ignore[attr-defined]
        }
        response = render(request, "admin/scoring/apikey/made.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Revoke the chosen keys", permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiKey]) -> None:
        for key in chosen:
            revoke_api_key(key=key, now=timezone.now())
        self.message_user(request, "Revoked: these keys open nothing any more.", messages.SUCCESS)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(RoleAdmin):
    """Rates hold from their moment on; a better one is a newer row."""

    list_display = ("currency", "rate", "valid_from")
    list_filter = ("currency",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Decision)
class DecisionAdmin(OpinionAdmin):
    list_display = ("transaction", "outcome", "reason", "probability", "degraded", "decided_at")
    list_filter = ("outcome", "reason", "degraded")
    list_select_related = ("transaction",)
    search_fields = ("=transaction__external_id",)
    search_help_text = "The whole external id."
    ordering = ("-pk",)


@admin.register(Disposition)
class DispositionAdmin(OpinionAdmin):
    list_display = ("transaction", "action", "cause", "actor", "disposed_at")
    list_filter = ("action", "cause")
    list_select_related = ("transaction", "actor")
    search_fields = ("=transaction__external_id",)
    search_help_text = "The whole external id."
    ordering = ("-pk",)


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    list_display = ("number", "stage", "feature_set", "trained_until", "created_at", "created_by")
    list_filter = ("stage",)
    list_select_related = ("feature_set", "created_by")


@admin.register(StageChange)
class StageChangeAdmin(ReadOnlyAdmin):
    list_display = ("model_version", "from_stage", "to_stage", "changed_at", "changed_by", "reason")
    list_select_related = ("model_version", "changed_by")
    ordering = ("-pk",)


@admin.register(DecisionPolicy)
class DecisionPolicyAdmin(ReadOnlyAdmin):
    list_display = ("number", "model_version", "review_threshold", "block_threshold", "created_at")
    list_select_related = ("model_version",)


@admin.register(PolicyActivation)
class PolicyActivationAdmin(ReadOnlyAdmin):
    list_display = ("policy", "activated_at", "activated_by", "reason")
    list_select_related = ("policy", "activated_by")
    ordering = ("-pk",)


@admin.register(ScoringBatch)
class ScoringBatchAdmin(ReadOnlyAdmin):
    list_display = ("id", "decided_at", "size", "model_version", "policy", "worker")
    list_select_related = ("model_version", "policy")
    ordering = ("-pk",)
