"""What admins keep of the review desk, and what they may look up."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from labeling.models import CaseEvent, Label, ReasonCode, ReviewQueue, ReviewTask, Verdict
from scoring.administration import OpinionAdmin, RoleAdmin


@admin.register(ReviewQueue)
class ReviewQueueAdmin(RoleAdmin):
    """The first queue that fits takes a task; the last one has no rule and takes the rest."""

    list_display = ("title", "position", "min_amount", "cross_border", "sla_minutes", "paused_at")


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
