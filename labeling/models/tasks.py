"""What an analyst claims: one look at a case, leased, so that two never hold the same."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from labeling.models.cases import ReviewCase

# Amounts of similar size, as SQL: in powers of two, up to a billion.
STAKE_CLASS = "(floor(log(2, greatest(least({}, 1e9), 1)))::int)"


def check_words(value: object) -> None:
    """Raises ValidationError unless this is a list of words."""
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise ValidationError('Write a list of words, as in ["web", "app"].', code="no_words")


class ReviewQueue(models.Model):
    """A rule that sorts tasks by amount, channel, country or segment; the last one has no rule."""

    class OffHours(models.TextChoices):
        PAUSE = "pause", "Count only staffed minutes"
        RUN = "run", "Count every minute"

    name = models.SlugField(unique=True)
    title = models.CharField(max_length=50)
    position = models.PositiveSmallIntegerField(help_text="The first queue that fits takes it.")
    min_amount = models.DecimalField(max_digits=17, decimal_places=2, null=True, blank=True)
    channels = models.JSONField(
        default=list, blank=True, validators=[check_words], help_text="Empty: every channel."
    )
    countries = models.JSONField(
        default=list, blank=True, validators=[check_words], help_text="Empty: every country."
    )
    cross_border = models.BooleanField(
        default=False, help_text="Only payments that leave the country of their billing address."
    )
    payment_methods = models.JSONField(
        default=list, blank=True, validators=[check_words], help_text="Empty: every method."
    )
    new_customer_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Only customers since less than so many days; empty: all of them.",
    )
    blocked_audits = models.BooleanField(
        default=False,
        help_text="Only audits of blocked payments: whether a block was right, its customer knows. "
        "Their deadlines are those of the queue that would take them otherwise.",
    )
    reserved_percent = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(100)],
        help_text="Of a hundred claims, so many take from this queue first. The rest take what is"
        " worth most in any queue.",
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
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved_percent__lte=100), name="reserved_percent_in_hundred"
            )
        ]

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
        """Due soon is not stored: it is what runs short of time in `value` and `learn`."""

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

    UNDECIDED = (Status.OPEN, Status.LEASED, Status.WAITING)

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
    presentation_share = models.FloatField(
        null=True, help_text="The probability of that arm; empty where no lot was drawn."
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
                condition=Q(status="open", lane__in=["value", "learn"]),
                name="task_due_soon",
            ),
            # A claim goes queue by queue: a paused or forbidden one then costs it nothing.
            models.Index(
                F("queue"),
                F("lane"),
                models.Func("at_stake", template=STAKE_CLASS.format("%(expressions)s")),
                F("rank").desc(),
                F("id"),
                condition=Q(status="open"),
                name="task_queue_order",
            ),
            models.Index(
                fields=["queue", "due_at", "id"],
                condition=Q(status="open", lane__in=["value", "learn"]),
                name="task_queue_due",
            ),
            models.Index(
                fields=["queue", "due_at", "id"],
                condition=Q(status="open", lane="audit"),
                name="task_audit_due",
            ),
            models.Index(fields=["done_at"], condition=Q(status="done"), name="task_done_lately"),
            # What is counted of each person's work is read from the index alone.
            models.Index(
                fields=["done_by", "done_at"],
                include=["kind"],
                condition=Q(status="done"),
                name="task_done_by",
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
    escalated = models.BooleanField(
        default=False, help_text="Put before the leads: then no later look at the case either."
    )
    skipped_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "reviewer"], name="one_skip_each")]

    def __str__(self) -> str:
        return f"{self.reviewer_id} skipped task {self.task_id}"
