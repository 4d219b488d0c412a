"""The waterfall of a score: each step from base value to sum, on an axis of probability."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from labeling.domain.ledger import Ledger, Step, probability
from scoring.domain import wording
from scoring.templatetags.measures import position

register = template.Library()

# Where the axis can have ticks: (probability, its log odds).
TICKS = (
    (0.0001, -9.2102),
    (0.001, -6.9068),
    (0.01, -4.5951),
    (0.1, -2.1972),
    (0.5, 0.0),
    (0.9, 2.1972),
    (0.99, 4.5951),
    (0.999, 6.9068),
)
AROUND = 0.35


@register.filter
def as_probability(log_odds: float) -> str:
    """Log odds as the probability they stand for: 0.89 reads "71 %"."""
    share = probability(log_odds)
    return wording.rate(share, 0 if 0.1 <= share <= 0.9 else 1 if 0.01 <= share <= 0.99 else 2)


@register.simple_tag
def waterfall_axis(ledger: Ledger) -> SafeString:
    """The ticks of the axis with their probabilities."""
    scale = _scale(ledger)
    return format_html(
        '<svg class="measure waterfall-axis" width="100%" height="20" aria-hidden="true">{}</svg>',
        format_html_join(
            "",
            '<line class="tick" x1="{0}%" x2="{0}%" y1="15" y2="20"/>'
            '<text x="{0}%" y="11" text-anchor="middle">{1}</text>',
            ((place, words) for place, words in _ticks(scale)),
        ),
    )


@register.simple_tag
def waterfall_bar(ledger: Ledger, step: Step) -> SafeString:
    """One step from where the one before it ended."""
    scale = _scale(ledger)
    start, end = position(step.start, *scale), position(step.end, *scale)
    return _drawn(
        scale,
        format_html(
            '<rect class="toward-{}" x="{}%" y="2" width="{}%" height="8"/>'
            '<line class="zero" x1="{}%" x2="{}%" y1="0" y2="12"/>',
            "fraud" if step.end > step.start else "legitimate",
            min(start, end),
            round(max(abs(end - start), 0.4), 2),
            start,
            start,
        ),
    )


@register.simple_tag
def waterfall_mark(ledger: Ledger, log_odds: float) -> SafeString:
    """Where the base value or the sum lies."""
    scale = _scale(ledger)
    place = position(log_odds, *scale)
    return _drawn(scale, format_html('<circle class="dot" cx="{}%" cy="6" r="4"/>', place))


def _drawn(scale: tuple[float, float], content: SafeString) -> SafeString:
    grid = format_html_join(
        "",
        '<line class="grid" x1="{0}%" x2="{0}%" y1="0" y2="12"/>',
        ((place,) for place, _ in _ticks(scale)),
    )
    return format_html(
        '<svg class="measure" width="100%" height="12" aria-hidden="true">{}{}</svg>', grid, content
    )


def _scale(ledger: Ledger) -> tuple[float, float]:
    places = [ledger.base, ledger.total, *(step.end for step in ledger.steps)]
    room = max(AROUND, 0.06 * (max(places) - min(places)))
    return min(places) - room, max(places) + room


def _ticks(scale: tuple[float, float]) -> list[tuple[float, str]]:
    low, high = scale
    inside = [(odds, share) for share, odds in TICKS if low <= odds <= high]
    step = max(1, -(-len(inside) // 5))
    return [(position(odds, *scale), _percent(share)) for odds, share in inside[::step]]


def _percent(share: float) -> str:
    digits = 0 if 0.01 <= share <= 0.99 else 1 if 0.001 <= share <= 0.999 else 2
    return wording.rate(share, digits)
