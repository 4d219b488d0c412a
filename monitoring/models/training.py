"""A training run with the progress that its page shows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from scoring.models import ModelVersion


class TrainingRun(models.Model):
    """Requested by a button, the API, the schedule or a command; all run the same service."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"

    class Trigger(models.TextChoices):
        BUTTON = "button", "Button"
        API = "api", "API"
        SCHEDULE = "schedule", "Schedule"
        COMMAND = "command", "Command"

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    feature_set = models.CharField(max_length=200, help_text="Name or file of the feature set.")
    options = models.JSONField(default=dict, help_text="Window and estimator options.")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    progress = models.FloatField(default=0, help_text="Share done, in [0, 1].")
    step = models.CharField(max_length=100, blank=True, help_text="What it does now, in words.")
    dataset = models.JSONField(default=dict, help_text="Rows, sources and windows used.")
    metrics = models.JSONField(default=dict)
    error_code = models.CharField(max_length=50, blank=True)
    error = models.TextField(blank=True)
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, related_name="training_runs"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=1), name="progress_in_unit"
            ),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="running"), name="one_running_training"
            ),
        ]
        indexes = [models.Index(fields=["-requested_at"], name="training_newest")]

    def __str__(self) -> str:
        return f"training run {self.pk}"
