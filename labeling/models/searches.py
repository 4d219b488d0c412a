"""Searches that people keep, and lists that they took out of the product."""

from django.conf import settings
from django.db import models

from scoring.models.append_only import APPEND_ONLY


class SavedFilter(models.Model):
    """A search of transactions under a name; `shared` shows it to everybody who may search."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_filters"
    )
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500, help_text="As in the address of the page.")
    shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_filter_of_a_name")
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TransactionExport(models.Model):
    """Who took which transactions out, and how many."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    query = models.CharField(max_length=500, blank=True)
    rows = models.PositiveIntegerField()
    exported_at = models.DateTimeField()

    class Meta:
        triggers = APPEND_ONLY
        indexes = [models.Index(fields=["-exported_at"], name="export_newest")]

    def __str__(self) -> str:
        return f"{self.rows} transactions for {self.person_id}"
