"""What admins keep in the administration: people, API keys, rates; and what they may look up."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from scoring import key_administration  # noqa: F401 (registers the pages of API keys)
from scoring.administration import OpinionAdmin, ReadOnlyAdmin, RoleAdmin
from scoring.models import (
    Decision,
    DecisionPolicy,
    Disposition,
    ExchangeRate,
    ModelVersion,
    PersonalDataReveal,
    PolicyActivation,
    ScoringBatch,
    StageChange,
)

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


@admin.register(PersonalDataReveal)
class PersonalDataRevealAdmin(ReadOnlyAdmin):
    """Who looked at whose e-mail and IP address, newest first."""

    list_display = ("revealed_at", "person", "api_key", "place", "transaction")
    list_filter = ("place",)
    list_select_related = ("person", "api_key", "transaction")
    ordering = ("-pk",)
