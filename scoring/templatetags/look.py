"""Markup of the small parts every page uses: icons, key caps, badges, outcomes, links."""

from django import template
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# kind: (class, icon, word)
BADGES = {
    "fraud": ("is-fraud", "fraud", "Fraud"),
    "legitimate": ("is-legit", "legitimate", "Legitimate"),
    "cannot_tell": ("is-unsure", "cannot_tell", "Cannot tell"),
    "unknown": ("is-unsure", "cannot_tell", "Unknown"),
    "pass": ("is-legit", "legitimate", "Pass"),
    "fail": ("is-fraud", "fraud", "Fail"),
    "inconclusive": ("is-unsure", "inconclusive", "Inconclusive"),
    "no_data": ("is-none", "no_data", "No data"),
    "held": ("is-unsure", "held", "Held"),
    "drifted": ("is-fraud", "warning", "Drifted"),
    "watch": ("is-unsure", "inconclusive", "Watch"),
    "stable": ("is-plain", "legitimate", "Stable"),
    "not_enough_data": ("is-plain", "no_data", "Not enough data"),
    "well": ("is-plain", "legitimate", "Well"),
    "unsure": ("is-unsure", "inconclusive", "Trying again"),
    "failing": ("is-fraud", "warning", "Failing"),
    "paused": ("is-unsure", "held", "Paused"),
    "disabled": ("is-fraud", "fraud", "Disabled"),
    "delivered": ("is-plain", "legitimate", "Delivered"),
    "pending": ("is-none", "clock", "Waiting"),
    "failed": ("is-fraud", "fraud", "Failed"),
}
OUTCOMES = {"approve": "Approve", "review": "Review", "block": "Block"}
# An interval against its target, lower is better: (class, icon, word)
STATES = {
    "below": ("good", "legitimate", "below"),
    "open": ("open", "inconclusive", "open"),
    "above": ("bad", "above", "above"),
    "not_enough_evidence": ("faint", "no_data", "too few"),
    "too_early": ("faint", "no_data", "too early"),
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of `static/icons.svg`, hidden from screen readers unless it has a label."""
    address = f"{static('icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def key(name: str) -> SafeString:
    """A key cap. The shortcut itself is said by `aria-keyshortcuts` of its control."""
    return format_html('<kbd class="key" aria-hidden="true">{}</kbd>', name)


@register.simple_tag
def badge(kind: str, word: str = "") -> SafeString:
    """Truth, a gate or a drift status: icon, word and colour. Raises KeyError on another kind."""
    look, symbol, default = BADGES[kind]
    return format_html('<span class="badge {}">{}{}</span>', look, icon(symbol), word or default)


@register.simple_tag
def outcome(kind: str, word: str = "") -> SafeString:
    """What the machine decided: icon and word, never coloured."""
    return format_html('<span class="outcome">{}{}</span>', icon(kind), word or OUTCOMES[kind])


@register.simple_tag
def state(kind: str, word: str = "") -> SafeString:
    """Where an interval lies against its target: below, open, above, too few, too early."""
    look, symbol, default = STATES[kind]
    return format_html('<span class="state {}">{}{}</span>', look, icon(symbol), word or default)


@register.simple_tag
def tag(word: str, new: bool = False) -> SafeString:
    """A plain tag (a version), or the edged one for a value first seen with this payment."""
    return format_html('<span class="tag{}">{}</span>', " is-new" if new else "", word)


@register.simple_tag(takes_context=True)
def query_string(context: Context, **changes: object) -> str:
    """This page's query string with some parameters set, or dropped where the value is None."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"
