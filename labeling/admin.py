"""What admins keep of the review desk, and what they may look up."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from labeling.models import (
    CaseEvent,
    ClosedDay,
    DeskAction,
    DeskSettings,
    Label,
    ReasonCode,
    Reviewer,
    ReviewQueue,
    ReviewTask,
    StaffedHours,
    SurgeChange,
    TransactionExport,
    Verdict,
)
from scoring.access import ADMIN, has_role
from scoring.administration import OpinionAdmin, ReadOnlyAdmin, RoleAdmin

LANES = ("due_soon", "value", "audit", "second", "learn")


@admin.register(ReviewQueue)
class ReviewQueueAdmin(RoleAdmin):
    """The first queue that fits takes a task; the last one has no rule and takes the rest.

    Leads pause a queue on the page of the team, where they say why.
    """

    list_display = (
        "title",
        "position",
        "min_amount",
        "cross_border",
        "blocked_audits",
        "reserved_percent",
        "sla_minutes",
        "off_hours",
        "paused_at",
    )
    readonly_fields = ("paused_at",)


class CalendarAdmin(RoleAdmin):
    """Rows of the calendar may go: nothing points at them.

    What changes counts for the deadlines of tasks that open or grow from then on.
    """

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request.user, ADMIN)


@admin.register(StaffedHours)
class StaffedHoursAdmin(CalendarAdmin):
    """Without any row the desk counts as staffed day and night."""

    list_display = ("weekday", "begins", "ends", "time_zone")
    list_filter = ("time_zone",)


@admin.register(ClosedDay)
class ClosedDayAdmin(CalendarAdmin):
    list_display = ("day", "title")
    date_hierarchy = "day"


@admin.register(DeskAction)
class DeskActionAdmin(OpinionAdmin):
    list_display = ("occurred_at", "kind", "actor", "sentence", "reason")
    list_filter = ("kind",)
    list_select_related = ("actor",)
    ordering = ("-pk",)


@admin.register(SurgeChange)
class SurgeChangeAdmin(ReadOnlyAdmin):
    list_display = ("changed_at", "active", "until", "actor", "reason")
    list_select_related = ("actor",)
    ordering = ("-pk",)


@admin.register(DeskSettings)
class DeskSettingsAdmin(RoleAdmin):
    """One row: which share of the claims each lane has, and how much checking is allowed."""

    list_display = ("__str__", *(f"{lane}_percent" for lane in LANES), "checking_limit_percent")
    readonly_fields = ("worked_minutes", "checking_minutes", "measured_at")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Reviewer)
class ReviewerAdmin(RoleAdmin):
    """Which queues a person works, and up to which amount; no row means all and any."""

    list_display = ("user", "on_duty", "minutes_per_day", "authority")
    list_select_related = ("user",)
    filter_horizontal = ("queues",)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[Any, ...]:
        return ("user",) if obj else ()


@admin.register(ReasonCode)
class ReasonCodeAdmin(RoleAdmin):
    """Why reviewers call a payment fraud. Labels quote the code, so it is never rewritten."""

    list_display = ("title", "code", "fraud_type", "position", "retired_at")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[Any, ...]:
        return ("code",) if obj else ()


@admin.register(ReviewTask)
class ReviewTaskAdmin(OpinionAdmin):
    list_display = ("id", "case", "kind", "queue", "lane", "status", "leased_by", "opened_at")
    list_filter = ("status", "kind", "lane", "queue")
    list_select_related = ("case", "queue", "leased_by")
    ordering = ("-pk",)


@admin.register(Verdict)
class VerdictAdmin(OpinionAdmin):
    list_display = ("id", "item", "reviewer", "value", "reason_code", "blind", "given_at")
    list_filter = ("value", "blind", "reason_code")
    list_select_related = ("item", "reviewer", "reason_code")
    search_fields = ("=item__transaction__external_id",)
    search_help_text = "The whole external id."
    ordering = ("-pk",)


@admin.register(Label)
class LabelAdmin(OpinionAdmin):
    list_display = ("transaction", "value", "source", "verification", "fraud_type", "known_at")
    list_filter = ("value", "source")
    list_select_related = ("transaction",)
    search_fields = ("=transaction__external_id",)
    search_help_text = "The whole external id."
    ordering = ("-pk",)


@admin.register(CaseEvent)
class CaseEventAdmin(OpinionAdmin):
    list_display = ("case", "type", "actor", "occurred_at")
    list_filter = ("type",)
    list_select_related = ("case", "actor")
    ordering = ("-pk",)


@admin.register(TransactionExport)
class TransactionExportAdmin(ReadOnlyAdmin):
    """Who took which transactions out of the product, newest first."""

    list_display = ("exported_at", "person", "rows", "query")
    list_select_related = ("person",)
    ordering = ("-pk",)
