"""What a training run learned from, written down when it was gathered."""

from django.db import models

from monitoring.models.training import TrainingRun
from scoring.models import FeatureSetVersion
from scoring.models.append_only import APPEND_ONLY


class Dataset(models.Model):
    """The datasheet of one training run: which payments, known as of when, and which not.

    The same query as of the same moment gives the same `content_hash`, however late it is asked.
    """

    training_run = models.OneToOneField(
        TrainingRun, on_delete=models.PROTECT, related_name="datasheet"
    )
    as_of = models.DateTimeField(help_text="Labels known by then were used.")
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    feature_set = models.ForeignKey(FeatureSetVersion, on_delete=models.PROTECT, related_name="+")
    resolution_version = models.PositiveIntegerField(help_text="The rule that resolved the labels.")
    payments = models.PositiveIntegerField(help_text="All payments of the window.")
    rows = models.PositiveIntegerField(help_text="Those that are used.")
    frauds = models.PositiveIntegerField()
    content_hash = models.CharField(
        max_length=64, help_text="SHA-256 over ids, labels and weights in the order of ids."
    )
    body = models.JSONField(help_text="Parts, sources, weeks, weights, vectors, what is left out.")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["content_hash"], name="dataset_content")]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"dataset {self.pk}"
