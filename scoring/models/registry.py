"""Model versions and the history of which one decided when."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from scoring.models.append_only import APPEND_ONLY
from scoring.models.features import FeatureSetVersion


class Stage(models.TextChoices):
    CANDIDATE = "candidate", "Candidate"
    SHADOW = "shadow", "Shadow"
    CANARY = "canary", "Canary"
    PRODUCTION = "production", "Production"
    ARCHIVED = "archived", "Archived"
    ROLLED_BACK = "rolled_back", "Rolled back"


class ModelVersion(models.Model):
    """A trained model: an artefact, its digest, and the evidence it came with."""

    number = models.PositiveIntegerField(unique=True)
    feature_set = models.ForeignKey(FeatureSetVersion, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(
        max_length=12,
        choices=Stage.choices,
        default=Stage.CANDIDATE,
        help_text="Cached from the newest StageChange.",
    )
    artefact = models.CharField(max_length=200, help_text="Folder name in the model storage.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of manifest and booster.")
    signature = models.CharField(max_length=64, help_text="HMAC-SHA-256 of the digest.")
    trained_from = models.DateTimeField()
    trained_until = models.DateTimeField()
    metrics = models.JSONField(help_text="Held-out evidence, always beside a baseline.")
    recommended_policy = models.JSONField(
        default=dict, help_text="Thresholds found on held-out data and the rule in words."
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stage"], condition=Q(stage="production"), name="one_production_version"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="stage_known"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class StageChange(models.Model):
    """Who moved which version where, when and why. The newest row is the truth."""

    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="stage_changes"
    )
    from_stage = models.CharField(max_length=12, choices=Stage.choices, blank=True)
    to_stage = models.CharField(max_length=12, choices=Stage.choices)
    share = models.FloatField(null=True, help_text="Share of traffic in canary, in [0, 1].")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField()
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1),
                name="share_in_unit",
            )
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.model_version} to {self.to_stage}"


class FeatureReference(models.Model):
    """What was usual for the inputs of a version: quantiles of a sample, and what moves together.

    Explanations say with it how unusual a value is. Made once, never edited.
    """

    model_version = models.OneToOneField(
        ModelVersion, on_delete=models.PROTECT, primary_key=True, related_name="reference"
    )
    numbers = models.JSONField(help_text="Of scoring.domain.explanation.reference.")
    computed_at = models.DateTimeField()

    class Meta:
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"reference of {self.model_version}"
