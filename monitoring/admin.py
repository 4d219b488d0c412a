"""What admins keep of monitoring, and what they may look up of training and reports."""

from django.contrib import admin

from monitoring.models import ChargebackLimit, Report, TrainingRun
from scoring.administration import ReadOnlyAdmin, RoleAdmin


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnlyAdmin):
    list_display = ("id", "status", "trigger", "feature_set", "requested_by", "requested_at")
    list_filter = ("status", "trigger")
    list_select_related = ("requested_by",)
    ordering = ("-pk",)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "model_version", "window_start", "window_end", "as_of")
    list_filter = ("kind",)
    list_select_related = ("model_version",)
    ordering = ("-pk",)


@admin.register(ChargebackLimit)
class ChargebackLimitAdmin(RoleAdmin):
    """The executive page compares with these at once; no report has to be computed anew."""

    list_display = ("scheme", "limit", "note")
