"""Filters that show what belongs to a payment."""

from django import template

register = template.Library()

DOTS = "••"
DIGITS = 4


@register.filter
def card(card_id: str) -> str:
    """The last four digits where the id is our token of a card number, else the id as it came.

    >>> card("card_WpTzskvQIdhiPqj6n64l_1111")
    '•• 1111'
    """
    head, _, digits = card_id.rpartition("_")
    tokenised = head.startswith("card_") and len(digits) == DIGITS and digits.isdigit()
    return f"{DOTS} {digits}" if tokenised else card_id
