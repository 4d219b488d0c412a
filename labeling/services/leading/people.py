"""Who is on duty, for how many minutes a day, and up to which amount they decide alone."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from labeling.models import DeskAction, Reviewer
from labeling.people import name_of
from labeling.services.leading.actions import checked_reason, record_action
from scoring.domain import wording
from scoring.domain.errors import FieldError, InvalidRecord

MINUTES_OF_A_DAY = 24 * 60
LARGEST_AUTHORITY = Decimal(10) ** 15


@transaction.atomic
def set_duty(*, reviewer: User, on_duty: bool, actor: User, now: datetime) -> Reviewer:
    """Put somebody on or off duty and return their row; what is so already stays as it is.

    Whoever is off duty counts as no capacity, and may still take a case.
    """
    row = _locked_row(reviewer)
    if row.on_duty == on_duty and (row.on_duty_since or not on_duty):
        return row
    row.on_duty = on_duty
    row.on_duty_since = now if on_duty else None
    row.save(update_fields=["on_duty", "on_duty_since"])
    record_action(
        DeskAction.Kind.DUTY,
        actor=actor,
        sentence=f"{name_of(reviewer)} is {'on' if on_duty else 'off'} duty.",
        now=now,
        reviewer=reviewer.pk,
        on_duty=on_duty,
    )
    return row


@transaction.atomic
def set_limits(
    *,
    reviewer: User,
    minutes_per_day: int,
    authority: Decimal | None,
    reason: str,
    actor: User,
    now: datetime,
) -> Reviewer:
    """Set how much somebody can review a day and up to which amount they decide alone.

    `authority` is in the reporting currency; None is any amount. Raises InvalidRecord.
    """
    reason = checked_reason(reason)
    _check(minutes_per_day, authority)
    row = _locked_row(reviewer)
    before = {"minutes_per_day": row.minutes_per_day, "authority": _text(row.authority)}
    row.minutes_per_day, row.authority = minutes_per_day, authority
    row.save(update_fields=["minutes_per_day", "authority"])
    alone = (
        f"up to {wording.money(authority, settings.FRAUDREVIEW_BASE_CURRENCY)}"
        if authority is not None
        else "any amount"
    )
    record_action(
        DeskAction.Kind.LIMITS,
        actor=actor,
        sentence=f"{name_of(reviewer)} reviews {minutes_per_day} minutes a day and decides "
        f"{alone} alone.",
        reason=reason,
        now=now,
        reviewer=reviewer.pk,
        before=before,
        after={"minutes_per_day": minutes_per_day, "authority": _text(authority)},
    )
    return row


def _locked_row(reviewer: User) -> Reviewer:
    Reviewer.objects.get_or_create(user_id=reviewer.pk)
    return Reviewer.objects.select_for_update(no_key=True).get(user_id=reviewer.pk)


def _check(minutes_per_day: int, authority: Decimal | None) -> None:
    errors = []
    if not 0 <= minutes_per_day <= MINUTES_OF_A_DAY:
        sentence = f"Between 0 and {MINUTES_OF_A_DAY} minutes."
        errors.append(FieldError("minutes_per_day", "invalid", sentence))
    if authority is not None and not 0 < authority < LARGEST_AUTHORITY:
        errors.append(FieldError("authority", "invalid", "An amount above zero, or nothing."))
    if errors:
        raise InvalidRecord(errors, " ".join(error.message for error in errors))


def _text(authority: Decimal | None) -> str | None:
    return None if authority is None else str(authority)
