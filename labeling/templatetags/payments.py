"""Filters that show what belongs to a payment."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from labeling.domain.support import STATES
from scoring.templatetags.look import icon

register = template.Library()

DOTS = "••"
DIGITS = 4


@register.simple_tag
def support_state(state: str) -> SafeString:
    """How a payment stands for its customer: icon and word, grey as all that the machine did."""
    symbol, word = STATES[state]
    return format_html('<span class="outcome">{}{}</span>', icon(symbol), word)


@register.filter
def card(card_id: str) -> str:
    """The last four digits where the id is our token of a card number, else the id as it came.

    >>> card("card_WpTzskvQIdhiPqj6n64l_1111")
    '•• 1111'
    """
    head, _, digits = card_id.rpartition("_")
    tokenised = head.startswith("card_") and len(digits) == DIGITS and digits.isdigit()
    return f"{DOTS} {digits}" if tokenised else card_id
