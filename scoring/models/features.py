"""Feature sets, the vectors computed with them, and the frauds that windows may count."""

from django.db import models
from django.db.models import Q

from scoring.domain.features import ENTITIES
from scoring.fields import CurrentTransactionId, RealArrayField, Xid8Field
from scoring.models.append_only import APPEND_ONLY
from scoring.models.transactions import Transaction
from scoring.models.unchecked import UNCHECKED


class FeatureSetVersion(models.Model):
    """A feature set as it was when first used; its hash names it for ever."""

    hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=50)
    definition = models.TextField(help_text="The TOML text.")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.hash[:8]}"


class FeatureVector(models.Model):
    """The inputs of one transaction, in the order of its feature set. NaN means missing."""

    pk = models.CompositePrimaryKey("transaction_id", "feature_set_id")
    transaction = models.ForeignKey(
        Transaction, on_delete=models.CASCADE, related_name="vectors", **UNCHECKED
    )
    feature_set = models.ForeignKey(
        FeatureSetVersion, on_delete=models.PROTECT, related_name="+", **UNCHECKED
    )
    values = RealArrayField()
    batch = models.ForeignKey(
        "scoring.ScoringBatch",
        on_delete=models.PROTECT,
        related_name="vectors",
        null=True,
        **UNCHECKED,
        help_text="Empty where the vector was computed later from history.",
    )

    def __str__(self) -> str:
        return f"vector of {self.transaction_id}"


class FeatureCheckRun(models.Model):
    """What recomputing a sample of stored vectors as of their snapshots found."""

    checked_at = models.DateTimeField()
    checked = models.PositiveIntegerField()
    skewed = models.PositiveIntegerField()
    unverifiable = models.PositiveIntegerField()

    class Meta:
        triggers = APPEND_ONLY
        indexes = [models.Index(fields=["-checked_at"], name="feature_check_newest")]

    def __str__(self) -> str:
        return f"{self.skewed} of {self.checked} skewed"

    @property
    def skew_share(self) -> float:
        """The share of the checked vectors that differ; zero where none was checked."""
        return self.skewed / self.checked if self.checked else 0.0


class KnownFraud(models.Model):
    """A projection of the labels, written by labeling: which frauds were known when.

    Entity keys are copied so that one index answers a fraud-share window.
    """

    transaction = models.ForeignKey(
        Transaction, on_delete=models.CASCADE, related_name="known_frauds"
    )
    occurred_at = models.DateTimeField()
    known_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)
    customer_id = models.CharField(max_length=100, null=True)  # noqa: DJ001
    card_id = models.CharField(max_length=100, null=True)  # noqa: DJ001
    merchant_id = models.CharField(max_length=100, null=True)  # noqa: DJ001
    device_id = models.CharField(max_length=100, null=True)  # noqa: DJ001
    ip_key = models.CharField(max_length=32, null=True)  # noqa: DJ001
    email_key = models.CharField(max_length=32, null=True)  # noqa: DJ001
    inserted_xid = Xid8Field(db_default=CurrentTransactionId(), editable=False)
    retracted_xid = Xid8Field(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transaction"],
                condition=Q(retracted_at__isnull=True),
                name="known_fraud_once",
            )
        ]
        indexes = [
            models.Index(
                fields=[entity, "known_at"],
                condition=Q(**{f"{entity}__isnull": False}),
                name=f"known_fraud_{entity.split('_')[0]}",
            )
            for entity in ENTITIES
        ] + [
            # What a window of a hot entity takes away from its tiles.
            models.Index(
                fields=[entity, "known_at"],
                condition=Q(**{f"{entity}__isnull": False}, retracted_at__isnull=False),
                name=f"retracted_fraud_{entity.split('_')[0]}",
            )
            for entity in ENTITIES
        ]

    def __str__(self) -> str:
        return f"fraud {self.transaction_id} known {self.known_at:%Y-%m-%d}"


class HotEntity(models.Model):
    """An entity with so many payments that its windows are added up from tiles.

    Whatever is stored from the marker on adds to the tiles. What was there before, up to these
    last rows, is added once, and `built_at` says that this has happened.
    """

    entity = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    promoted_at = models.DateTimeField()
    last_transaction_id = models.BigIntegerField()
    last_known_fraud_id = models.BigIntegerField()
    built_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "hot entities"
        constraints = [models.UniqueConstraint(fields=["entity", "key"], name="hot_entity_once")]

    def __str__(self) -> str:
        return f"{self.entity} {self.key}"


class EntityTile(models.Model):
    """Number, sum and maximum of a hot entity's payments in a day, an hour or a minute.

    Known frauds are counted by when they became known. A tile may consist of several rows: what
    arrives adds one, and a sweep merges them.
    """

    class Counts(models.TextChoices):
        PAYMENTS = "payments", "Payments"
        FRAUDS = "frauds", "Known frauds"

    # No constraint: a check of it would lock the hot entity's row with every payment.
    hot_entity = models.ForeignKey(
        HotEntity,
        on_delete=models.CASCADE,
        related_name="tiles",
        db_constraint=False,
        db_index=False,
    )
    counts = models.CharField(max_length=8, choices=Counts.choices)
    width = models.PositiveIntegerField(help_text="Seconds.")
    starts_at = models.DateTimeField()
    rows = models.BigIntegerField()
    total = models.DecimalField(max_digits=30, decimal_places=2, null=True)
    largest = models.DecimalField(max_digits=17, decimal_places=2, null=True)
    merged = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["hot_entity", "counts", "width", "starts_at"],
                include=["rows", "total", "largest"],
                name="entity_tile_window",
            ),
            models.Index(
                fields=["hot_entity", "counts", "width", "starts_at"],
                condition=Q(merged=False),
                name="entity_tile_unmerged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rows} {self.counts} from {self.starts_at}"
