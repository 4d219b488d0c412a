"""What an analyst claims: one look at a case, leased, so that two never hold the same."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from labeling.models.cases import ReviewCase


class ReviewQueue(models.Model):
    """A rule that sorts tasks by amount, channel or country; the residual one has no rule."""

    class OffHours(models.TextChoices):
        PAUSE = "pause", "Count only staffed minutes"
        RUN = "run", "Count every minute"

    name = models.SlugField(unique=True)
    title = models.CharField(max_length=50)
    position = models.PositiveSmallIntegerField(help_text="The first queue that fits takes it.")
    min_amount = models.DecimalField(max_digits=17, decimal_places=2, null=True, blank=True)
    channels = models.JSONField(default=list, blank=True, help_text="Empty: every channel.")
    countries = models.JSONField(default=list, blank=True, help_text="Empty: every country.")
    cross_border = models.BooleanField(
        default=False, help_text="Only payments that leave the country of their billing address."
    )
    sla_minutes = models.PositiveIntegerField(
        default=60, help_text="Its tasks should be decided within so many minutes."
    )
    off_hours = models.CharField(
        max_length=6,
        choices=OffHours.choices,
        default=OffHours.PAUSE,
        help_text="What those minutes do while the desk is not staffed. A payment's own deadline "
        "goes on in any case.",
    )
    paused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class ReviewTask(models.Model):
    """A round of judging one case. `token` fences: every write of a lost lease is refused."""

    class Kind(models.TextChoices):
        FIRST = "first", "First look"
        SECOND = "second", "Second look"
        ADJUDICATION = "adjudication", "Adjudication"
        AUDIT = "audit", "Audit"
        APPEAL = "appeal", "Appeal"
        PRACTICE = "practice", "Practice"

    class Lane(models.TextChoices):
        """Due soon is not stored: it is the part of `value` whose time runs short."""

        VALUE = "value", "By value"
        AUDIT = "audit", "Drawn by lot"
        SECOND = "second", "Second opinion"
        LEARN = "learn", "To learn from"
        ESCALATED = "escalated", "Escalated"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        LEASED = "leased", "Leased"
        PENDING = "pending", "Verdict given, not yet committed"
        WAITING = "waiting", "Waiting for the customer"
        DONE = "done", "Done"
        MOOT = "moot", "Moot"

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="tasks")
    round = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    queue = models.ForeignKey(ReviewQueue, on_delete=models.PROTECT, related_name="tasks")
    queue_by_lead = models.BooleanField(
        default=False, help_text="A lead moved it there; the rules of the queues leave it there."
    )
    lane = models.CharField(max_length=10, choices=Lane.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    blind = models.BooleanField(default=False)
    presentation = models.CharField(
        max_length=20, default="full", help_text="The arm shown: full, or facts before opinion."
    )
    rank = models.FloatField(
        default=0, help_text="Value of review per minute; 0 where only the order of arrival counts."
    )
    at_stake = models.DecimalField(
        max_digits=17,
        decimal_places=2,
        default=0,
        help_text="Open payments together, in the reporting currency.",
    )
    headline = models.ForeignKey(
        "scoring.Transaction",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The largest open payment, which stands for the task in lists.",
    )
    why = models.CharField(max_length=200)
    due_at = models.DateTimeField(
        null=True, help_text="The earlier of its payments' deadlines and its queue's."
    )
    opened_at = models.DateTimeField()
    resume_at = models.DateTimeField(
        null=True, help_text="When it stops waiting for the customer and goes on by itself."
    )
    leased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="leased_tasks"
    )
    leased_until = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    token = models.PositiveBigIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="one_task_per_round"),
            models.UniqueConstraint(
                fields=["leased_by"], condition=Q(status="leased"), name="one_lease_per_reviewer"
            ),
            models.CheckConstraint(
                condition=Q(status="leased", leased_by__isnull=False, leased_until__isnull=False)
                | (~Q(status="leased") & Q(leased_by__isnull=True, leased_until__isnull=True)),
                name="leases_have_a_holder",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lane", "-rank", "id"],
                condition=Q(status="open"),
                name="task_serving_order",
            ),
            models.Index(
                fields=["leased_until"], condition=Q(status="leased"), name="task_lease_end"
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status="open", lane="value"),
                name="task_due_soon",
            ),
            models.Index(
                fields=["done_by", "done_at"], condition=Q(status="done"), name="task_done"
            ),
            models.Index(fields=["resume_at"], condition=Q(status="waiting"), name="task_waiting"),
            models.Index(fields=["opened_at"], name="task_opened"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"


class TaskSkip(models.Model):
    """Not me: this reviewer is not offered this task again."""

    task = models.ForeignKey(ReviewTask, on_delete=models.PROTECT, related_name="skips")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200)
    skipped_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "reviewer"], name="one_skip_each")]

    def __str__(self) -> str:
        return f"{self.reviewer_id} skipped task {self.task_id}"
