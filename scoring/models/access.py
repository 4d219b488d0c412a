"""Keys of programs that call the API."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class ApiKey(models.Model):
    """The secret itself is shown once and never stored; `prefix` finds the row."""

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=128, help_text="SHA-512 of the secret.")
    scopes = ArrayField(models.CharField(max_length=30))
    acts_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The person whose name stands under reviews made with this key.",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        help_text="The key that ends when this one has taken over.",
    )
    transactions_per_minute = models.PositiveIntegerField(
        null=True, blank=True, help_text="Empty: the settings' limit. 0: no limit."
    )
    requests_per_minute = models.PositiveIntegerField(
        null=True, blank=True, help_text="Other calls. Empty: the settings' limit. 0: no limit."
    )

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"
