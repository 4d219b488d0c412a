"""The picture of 30 days: stems of amounts, then a lane for each group of values."""

from collections.abc import Sequence

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from labeling.domain.timeline import Lane, Stem, Timeline
from scoring.domain import wording

register = template.Library()

AMOUNT_TOP, AMOUNT_BOTTOM = 28, 136
LANE_HEIGHT = 22
AXIS_HEIGHT = 24
# In percent of the width: "this payment" stands there on a narrow picture.
UNDER_THE_WORDS = 30
MARKS = {"fraud": ("✕", "is-fraud"), "legitimate": ("✓", "is-legit")}


@register.simple_tag
def timeline_picture(picture: Timeline, amount: str) -> SafeString:
    """The drawing without its labels; `amount` stands beside the current payment."""
    lanes = len(picture.lanes) * LANE_HEIGHT
    return format_html(
        '<svg class="timeline-picture" width="100%" height="{}" aria-hidden="true">'
        '<rect class="now" x="{}%" y="0" width="2.4%" height="{}"/>{}{}{}{}{}</svg>',
        AMOUNT_BOTTOM + lanes + AXIS_HEIGHT,
        round(picture.current - 1.2, 2),
        AMOUNT_BOTTOM + lanes,
        _grid(picture),
        _stems(picture.stems),
        _lanes(picture.lanes),
        _amount(picture, amount),
        _axis(picture, AMOUNT_BOTTOM + lanes),
    )


@register.simple_tag
def timeline_amounts(picture: Timeline, currency: str) -> SafeString:
    """The values of the amount axis, at the heights of their grid lines."""
    step = max(1, -(-len(picture.amounts) // 4))
    return format_html_join(
        "",
        '<text x="116" y="{}">{}</text>',
        (
            (
                _y(tick.place) + (4 if tick.place < 1 else -2),
                wording.money(tick.value, currency, whole=tick.value >= 1),
            )
            for tick in picture.amounts[::-1][::step]
        ),
    )


def _y(share: float) -> float:
    return round(AMOUNT_TOP + share * (AMOUNT_BOTTOM - AMOUNT_TOP), 1)


def _grid(picture: Timeline) -> SafeString:
    lanes = range(1, len(picture.lanes) + 1)
    heights = [
        *(_y(tick.place) for tick in picture.amounts),
        *(AMOUNT_BOTTOM + lane * LANE_HEIGHT for lane in lanes),
    ]
    return format_html_join(
        "",
        '<line class="grid" x1="0" x2="100%" y1="{0}" y2="{0}"/>',
        ((height,) for height in heights),
    )


def _stems(stems: Sequence[Stem]) -> SafeString:
    drawn = format_html_join(
        "",
        '<g class="stem{0}"><line x1="{1}%" x2="{1}%" y1="{2}" y2="{3}"/>'
        '<circle cx="{1}%" cy="{2}" r="{4}"/></g>',
        (
            (
                " is-current" if stem.current else "",
                stem.x,
                _y(stem.y),
                AMOUNT_BOTTOM,
                4.5 if stem.current else 3,
            )
            for stem in stems
        ),
    )
    return drawn + _marks(stems)


def _marks(stems: Sequence[Stem]) -> SafeString:
    return format_html_join(
        "",
        '<text class="mark {}" x="{}%" y="{}">{}</text>',
        (
            (MARKS[stem.mark][1], stem.x, _y(stem.y) - 7, MARKS[stem.mark][0])
            for stem in stems
            if stem.mark
        ),
    )


def _lanes(lanes: Sequence[Lane]) -> SafeString:
    return format_html_join(
        "",
        '<circle class="dot{}" cx="{}%" cy="{}" r="{}"/>',
        (
            (
                " is-current" if current else "",
                x,
                AMOUNT_BOTTOM + number * LANE_HEIGHT + LANE_HEIGHT / 2,
                4.5 if current else 3,
            )
            for number, lane in enumerate(lanes)
            for x, current in lane.dots
        ),
    )


def _amount(picture: Timeline, amount: str) -> SafeString:
    stem = next(stem for stem in picture.stems if stem.current)
    left = stem.x > 50
    return format_html(
        '<text class="current-amount" x="{}%" y="{}" text-anchor="{}">{}</text>',
        round(stem.x + (-1.6 if left else 1.6), 2),
        max(_y(stem.y) + 4, 12),
        "end" if left else "start",
        amount,
    )


def _axis(picture: Timeline, top: int) -> SafeString:
    days = format_html_join(
        "",
        '<line class="tick" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>'
        '<text class="day" x="{0}%" y="{3}">{4}</text>',
        (
            (x, top, top + 4, top + 17, format_date(timezone.localtime(day), "j M"))
            for x, day in picture.days
            if abs(x - picture.current) > UNDER_THE_WORDS
        ),
    )
    return days + format_html(
        '<text class="day is-current" x="{}%" y="{}" text-anchor="{}">this payment</text>',
        min(picture.current + 1.2, 100),
        top + 17,
        "end" if picture.current > 12 else "start",
    )
