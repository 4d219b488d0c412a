"""Filters that turn values into words. Missing values become the words given for them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from scoring.domain import wording
from scoring.domain.wording import Number

register = template.Library()


@register.filter
def money(amount: Number | None, currency: str) -> str:
    """`{{ transaction.amount|money:transaction.currency }}` reads "€1,284.00"."""
    return "" if amount is None else wording.money(amount, currency)


@register.filter
def whole_money(amount: Number | None, currency: str) -> str:
    """Money without its small digits, for tiles and sentences."""
    return "" if amount is None else wording.money(amount, currency, whole=True)


@register.filter
def rate(share: Number | None, digits: int = 1) -> str:
    """`{{ share|rate }}` reads "4.6 %"; `{{ share|rate:2 }}` has two digits."""
    return "none yet" if share is None else wording.rate(share, digits)


@register.filter
def percent_number(share: Number | None, digits: int = 1) -> str:
    """The number of a rate without its sign, for the lower bound of "3.9 to 5.4 %"."""
    return "" if share is None else wording.number(100 * float(share), digits)


@register.filter
def signed_rate(share: Number | None, digits: int = 0) -> str:
    """A relative change: "+29 %"."""
    return "" if share is None else wording.signed_rate(share, digits)


@register.filter
def points(difference: Number | None, digits: int = 1) -> str:
    """The difference of two rates: "+0.8 points"."""
    return "" if difference is None else wording.points(difference, digits)


@register.filter
def signed(value: Number | None, digits: int = 2) -> str:
    """A number with its sign: "+2.31", "−0.92"."""
    return "" if value is None else wording.signed(value, digits)


@register.filter
def number(value: Number | None, digits: int = 2) -> str:
    """A number with thousands separated and a true minus."""
    return "" if value is None else wording.number(value, digits)


@register.filter
def count(value: int | None, noun: str = "") -> str:
    """`{{ n|count:"label" }}` reads "3,412 labels"."""
    return "" if value is None else wording.count(value, noun)


@register.filter
def duration(length: timedelta | None) -> str:
    """A length of time: "22 min", "1 h 40", "3 days"."""
    return "" if length is None else wording.duration(length)


@register.filter
def minutes_long(minutes: float) -> str:
    """So many minutes as a length of time: 720 reads "12 h"."""
    return wording.duration(timedelta(minutes=minutes))


@register.filter
def sentence_case(value: str) -> str:
    """A stored code as words: "cannot_tell" reads "Cannot tell"."""
    words = str(value).replace("_", " ")
    return words[:1].upper() + words[1:]


def _local(shape: str) -> Callable[[datetime | None], str]:
    def format_moment(moment: datetime | None) -> str:
        if moment is None:
            return "none yet"
        here = timezone.localtime(moment)
        dated = "j" in shape and here.year != timezone.localtime().year
        return date_format(here, shape.replace("j M", "j M Y") if dated else shape)

    return format_moment


# In the reader's zone; the year is said only where it is not this one.
register.filter("clock", _local("H:i"))
register.filter("day", _local("j M"))
register.filter("stamp", _local("j M H:i:s"))
register.filter("moment", _local("j M H:i"))
