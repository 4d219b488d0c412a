"""Who reviews: on duty or not, with which case in hand since when, within which limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from labeling.models import Reviewer, ReviewTask
from labeling.people import name_of
from labeling.selectors.blindness import REVIEWER_ROLES
from scoring.access import LEAD
from scoring.domain.errors import NotFound

DEFAULTS = Reviewer()


@dataclass(frozen=True, slots=True)
class Colleague:
    """One reviewer and what they hold; whoever has no row of their own is on duty, unlimited."""

    id: int
    name: str
    is_lead: bool
    on_duty: bool
    on_duty_since: datetime | None
    minutes_per_day: int
    authority: Decimal | None
    decided_today: int
    held: ReviewTask | None


def reviewers() -> "QuerySet[User]":
    """Everybody who takes tasks."""
    return User.objects.filter(is_active=True, groups__name__in=REVIEWER_ROLES).distinct()


def colleagues(*, now: datetime) -> Sequence[Colleague]:
    """All reviewers: who holds a case first, then who is on duty, by name; four queries."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    people = reviewers().select_related("reviewer").prefetch_related("groups")
    held = {
        task.leased_by_id: task
        for task in ReviewTask.objects.filter(status=ReviewTask.Status.LEASED).select_related(
            "queue"
        )
    }
    decided = dict(
        ReviewTask.objects.filter(status=ReviewTask.Status.DONE, done_at__gte=midnight)
        .values_list("done_by")
        .annotate(Count("pk"))
    )
    rows = [_colleague(user, held.get(user.pk), decided.get(user.pk, 0)) for user in people]
    return sorted(rows, key=lambda row: (row.held is None, not row.on_duty, row.name))


def reviewer_named(user_id: int) -> User:
    """Somebody who takes tasks. Raises NotFound."""
    user = reviewers().select_related("reviewer").filter(pk=user_id).first()
    if user is None:
        raise NotFound("unknown_reviewer", "There is no such reviewer.")
    return user


def limits_of(user: User) -> Reviewer:
    """What somebody's limits are, also where nobody has set any."""
    return getattr(user, "reviewer", None) or DEFAULTS


def is_on_duty(user_id: int) -> bool:
    """Whether somebody counts as capacity now."""
    return not Reviewer.objects.filter(user_id=user_id, on_duty=False).exists()


def minutes_on_duty() -> Sequence[int]:
    """The minutes a day of everybody who is on duty; one query."""
    off = Q(reviewer__on_duty=False)
    rows = reviewers().exclude(off).values_list("pk", "reviewer__minutes_per_day")
    return [DEFAULTS.minutes_per_day if minutes is None else minutes for _, minutes in rows]


def _colleague(user: User, held: ReviewTask | None, decided: int) -> Colleague:
    limits = limits_of(user)
    return Colleague(
        id=user.pk,
        name=name_of(user),
        is_lead=any(group.name == LEAD for group in user.groups.all()),
        on_duty=limits.on_duty,
        on_duty_since=limits.on_duty_since,
        minutes_per_day=limits.minutes_per_day,
        authority=limits.authority,
        decided_today=decided,
        held=held,
    )
