"""Small pictures of numbers as inline SVG: geometry in attributes, looks in `measures.css`.

Every picture repeats what the words beside it say, so all are hidden from screen readers.
"""

from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from scoring.domain import wording

register = template.Library()

# After Below, Open or Above the target, where the tile has no sentence of its own.
TARGET_SENTENCES = {
    "below": "It is {}.",
    "open": "The interval holds the target of {}.",
    "above": "It is {}.",
}


class Estimate(Protocol):
    """What a tile draws: `estimate` is None where `refused` says why, in a sentence."""

    @property
    def estimate(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def refused(self) -> str | None: ...


def position(value: float, bottom: float, top: float) -> float:
    """Return where a value lies on a scale, in percent, held within its ends.

    >>> position(0.046, 0, 0.08)
    57.5
    """
    share = (float(value) - bottom) / (top - bottom) if top > bottom else 0.0
    return round(100 * min(max(share, 0.0), 1.0), 2)


def is_exact(measure: Estimate) -> bool:
    """Tell whether a number was counted, so that it needs no interval."""
    bounds = {measure.low, measure.high}
    return None in bounds or bounds == {measure.estimate}


def digits_of(measure: Estimate) -> int:
    """Return how many digits a rate needs after the point, so that a small one is not "0.0 %"."""
    largest = max(measure.high or 0.0, measure.estimate or 0.0)
    return 1 if largest >= 0.01 or not largest else 2 if largest >= 0.001 else 3


def interval_state(measure: Estimate, target: float | None) -> str:
    """Return where an estimate lies against its target, or that there is none."""
    if measure.estimate is None or measure.low is None or measure.high is None:
        return "not_enough_evidence"
    if target is None:
        return "measured"
    return "below" if measure.high < target else "above" if measure.low > target else "open"


@register.simple_tag
def interval_picture(
    measure: Estimate,
    top: float = 1.0,
    bottom: float = 0.0,
    target: float | None = None,
    margin: float | None = None,
    zero: bool = False,
) -> SafeString:
    """The track of a scale with the band, caps and dot of an estimate; dashed where it is missing.

    `target` is an accent tick, `margin` a dashed one, `zero` a line at nothing for differences.
    """
    scale = (bottom, top)
    known = _missing(measure, scale) if measure.estimate is None else _known(measure, scale)
    return _svg(
        22,
        format_html(
            '<rect class="track" y="9" width="100%" height="4" rx="2"/>{}{}{}{}',
            _line("zero", 0 if zero else None, scale, 2, 20),
            _line("margin", margin, scale, 2, 20),
            known,
            _line("target", target, scale, 1, 21),
        ),
    )


def _known(measure: Estimate, scale: tuple[float, float]) -> SafeString:
    assert measure.estimate is not None
    dot = position(measure.estimate, *scale)
    if is_exact(measure):
        return format_html('<rect class="fill" y="9" width="{}%" height="4" rx="2"/>', dot)
    assert measure.low is not None and measure.high is not None
    low, high = position(measure.low, *scale), position(measure.high, *scale)
    return format_html(
        '<rect class="band" x="{}%" y="6" width="{}%" height="10"/>{}{}'
        '<circle class="dot" cx="{}%" cy="11" r="5"/>',
        low,
        round(high - low, 2),
        _line("cap", measure.low, scale, 6, 16),
        _line("cap", measure.high, scale, 6, 16),
        dot,
    )


def _missing(measure: Estimate, scale: tuple[float, float]) -> SafeString:
    low = position(scale[0] if measure.low is None else measure.low, *scale)
    high = position(scale[1] if measure.high is None else measure.high, *scale)
    return format_html(
        '<rect class="missing" x="{}%" y="6.5" width="{}%" height="9" rx="2"/>',
        low,
        round(high - low, 2),
    )


@register.inclusion_tag("look/tile.html")
def interval_tile(
    label: str,
    measure: Estimate,
    sentence: str = "",
    rests_on: str = "",
    top: float = 1.0,
    target: float | None = None,
    hero: bool = False,
    state: str = "",
) -> dict[str, object]:
    """A tile: label, number, interval in words, picture, sentence, what it rests on.

    `state` overrules what interval and target say, for "too_early".
    """
    state = str(state or interval_state(measure, target))
    return {
        "label": label,
        "measure": measure,
        "sentence": sentence,
        "rests_on": rests_on,
        "top": top,
        "top_digits": 0 if top >= 0.01 else 1,
        "target": target,
        "target_at": None if target is None else position(target, 0, top),
        "exact": is_exact(measure),
        "digits": digits_of(measure),
        "state": state,
        "default_sentence": TARGET_SENTENCES.get(state, "").format(wording.rate(target or 0)),
        "hero": hero,
    }


@register.simple_tag
def bar(share: float, kind: str = "", width: str = "100%", height: int = 4) -> SafeString:
    """A bar filled to a share of its track; kind is fraud, unsure, accent or nothing (grey)."""
    return format_html(
        '<svg class="measure" width="{}" height="{}" aria-hidden="true">'
        '<rect class="track" width="100%" height="100%" rx="2"/>'
        '<rect class="fill{}" width="{}%" height="100%" rx="2"/></svg>',
        width,
        height,
        f" is-{kind}" if kind else "",
        position(share, 0, 1),
    )


@register.simple_tag
def threshold_bar(value: float, top: float, watch: float, alarm: float) -> SafeString:
    """A bar over a scale with ticks at two thresholds, coloured by the one it has passed."""
    kind = " is-fraud" if value >= alarm else " is-unsure" if value >= watch else ""
    scale = (0.0, top)
    return format_html(
        '<svg class="measure" width="64" height="12" aria-hidden="true">'
        '<rect class="track" y="4" width="100%" height="4" rx="2"/>'
        '<rect class="fill{}" y="4" width="{}%" height="4" rx="2"/>{}{}</svg>',
        kind,
        position(value, *scale),
        _line("tick", watch, scale, 1, 11),
        _line("tick", alarm, scale, 1, 11),
    )


@register.simple_tag
def limit_bar(value: float, limit: float | None, top: float) -> SafeString:
    """A counted value as a bar over a scale, with an accent tick at a limit, if there is one."""
    return _svg(
        22,
        format_html(
            '<rect class="track" y="9" width="100%" height="4" rx="2"/>'
            '<rect class="fill" y="9" width="{}%" height="4" rx="2"/>{}',
            position(value, 0, top),
            _line("target", limit, (0.0, top), 1, 21),
        ),
    )


@register.simple_tag
def contribution_bar(contribution: float, low: float, high: float) -> SafeString:
    """One contribution from the common zero line, right towards fraud, left towards legitimate.

    `low` (at most 0) and `high` (at least 0) are the scale of all rows of a case, in log-odds.
    """
    zero, end = position(0, low, high), position(contribution, low, high)
    return _svg(
        10,
        format_html(
            '<rect class="toward-{}" x="{}%" y="1" width="{}%" height="8"/>'
            '<line class="zero" x1="{}%" x2="{}%" y1="0" y2="10"/>',
            "fraud" if contribution > 0 else "legitimate",
            min(zero, end),
            round(abs(end - zero), 2),
            zero,
            zero,
        ),
    )


@register.simple_tag
def score_bar(score: float | None, review: float | None, block: float | None) -> SafeString:
    """The track of a probability with the review band between its thresholds, and the marker."""
    scale = (0.0, 1.0)
    start = position(1 if review is None else review, *scale)
    end = position(1 if block is None else block, *scale)
    marker = SafeString("")
    if score is not None:
        at = position(score, *scale)
        marker = format_html(
            '<line class="marker" x1="{0}%" x2="{0}%" y1="0" y2="16"/>'
            '<svg x="{0}%" y="16" width="10" height="6" overflow="visible">'
            '<path class="marker-foot" d="M0 0l5 6h-10z"/></svg>',
            at,
        )
    return _svg(
        24,
        format_html(
            '<rect class="track" y="4" width="100%" height="8"/>'
            '<rect class="review-band" x="{}%" y="4" width="{}%" height="8"/>{}{}{}',
            start,
            round(max(end - start, 0), 2),
            _line("tick", review, scale, 2, 14),
            _line("tick", block, scale, 2, 14),
            marker,
        ),
    )


@register.simple_tag
def range_strip(
    value: float, low: float, middle: float, high: float, bottom: float, top: float
) -> SafeString:
    """A value as accent dot against the grey band of the 5th to 95th percentile and its median."""
    scale = (bottom, top)
    start, end = position(low, *scale), position(high, *scale)
    return _svg(
        14,
        format_html(
            '<line class="usual" x1="0" x2="100%" y1="7" y2="7"/>'
            '<rect class="usual-band" x="{}%" y="4" width="{}%" height="6" rx="3"/>{}'
            '<circle class="this" cx="{}%" cy="7" r="4.5"/>',
            start,
            round(end - start, 2),
            _line("tick", middle, scale, 2, 12),
            position(value, *scale),
        ),
    )


def _line(
    look: str, value: float | None, scale: tuple[float, float], top: int, bottom: int
) -> SafeString:
    places = [] if value is None else [(look, position(value, *scale), top, bottom)]
    return format_html_join("", '<line class="{0}" x1="{1}%" x2="{1}%" y1="{2}" y2="{3}"/>', places)


def _svg(height: int, content: SafeString) -> SafeString:
    return format_html(
        '<svg class="measure" width="100%" height="{}" aria-hidden="true">{}</svg>', height, content
    )
