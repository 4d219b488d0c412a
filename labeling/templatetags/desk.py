"""Small parts of the review desk."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

from labeling.domain import clocks
from labeling.domain.clocks import Due
from labeling.models import ReviewTask
from scoring.domain import wording
from scoring.models import Transaction
from scoring.templatetags.measures import bar

register = template.Library()
SPELLED = {"ip": "IP", "cvv": "CVV", "id": "id", "e-mail": "e-mail", "email": "e-mail"}


@register.simple_tag
def due(task: ReviewTask, now: datetime) -> Due | None:
    """How much time a task has left; None where it has no deadline."""
    if task.due_at is None:
        return None
    return clocks.due(due_at=task.due_at, opened_at=task.opened_at, now=now)


@register.simple_tag
def lease(task: ReviewTask, now: datetime) -> Due | None:
    """How long a task is still held; None where nobody holds it."""
    return clocks.lease(until=task.leased_until, now=now) if task.leased_until else None


@register.filter
def minutes_of(seconds: int | None) -> str:
    """Seconds as minutes and seconds: 112 reads "1:52"."""
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


@register.filter
def person(user: object) -> str:
    """A colleague's name; somebody without one has a login."""
    get_full_name = getattr(user, "get_full_name", None)
    return (get_full_name() if get_full_name else "") or str(user or "the system")


@register.filter
def since(now: datetime, moment: datetime) -> timedelta:
    """How long ago a moment was."""
    return now - moment


@register.simple_tag
def bar_column(position: int, all_of_them: Sequence[int], value: int, most: int) -> SafeString:
    """One column of a row of columns, in percent of the width and the height."""
    width = 100 / max(len(all_of_them), 1)
    height = 100 * value / max(most, 1)
    return format_html(
        '<rect x="{}%" y="{}%" width="{}%" height="{}%" rx="1"/>',
        round(position * width, 2),
        round(100 - height, 2),
        round(width * 0.8, 2),
        round(height, 2),
    )


@register.simple_tag
def week_bar(value: int, most: int) -> SafeString:
    """A bar of the busiest week's length at most."""
    return bar(value / most, width="88")


@register.filter
def time_and_day(moment: datetime) -> str:
    """The time of a payment with its day, in the reader's zone: "09:46:12, Thu 12 Nov"."""
    here = timezone.localtime(moment)
    year = "" if here.year == timezone.localtime().year else " Y"
    return format_date(here, f"H:i:s, D j M{year}")


@register.filter
def amount_of(payment: Transaction) -> str:
    """The amount of a payment in its own currency."""
    return wording.money(payment.amount, payment.currency)


@register.filter
def base_share(base_value: float) -> str:
    """The base value as people read it: how many payments in so many are fraud."""
    share = 1 / (1 + math.exp(-base_value))
    if share >= 0.095:
        return f"{share * 100:.0f} payments in 100 are fraud"
    return f"1 payment in {round(1 / share):,} is fraud"


@register.filter
def code_words(code: str) -> str:
    """A stored code as words: "ip_pace" reads "IP pace"."""
    words = " ".join(SPELLED.get(word, word) for word in str(code).split("_"))
    return words[:1].upper() + words[1:]


@register.filter
def later(moment: datetime, minutes: int) -> datetime:
    """A moment so many minutes later."""
    return moment + timedelta(minutes=minutes)


@register.filter
def value_words(value: object) -> str:
    """A free attribute as people read it: "not_checked" reads "not checked"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ")
