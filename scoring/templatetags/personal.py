"""Personal data on a page: masked, until its reader asks to see it."""

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from scoring.domain import masking
from scoring.models import TransactionDetails
from scoring.selectors.personal_data import PersonalData, personal_data_of

register = template.Library()
register.filter("masked_ip", masking.masked_ip)


@register.simple_tag(takes_context=True)
def personal_data(context: Context, details: TransactionDetails) -> PersonalData:
    """`{% personal_data story.details as personal %}`: what this reader may see of it now."""
    return personal_data_of(details, reader=context["request"].user, now=timezone.now())


@register.inclusion_tag("scoring/_reveal.html", takes_context=True)
def reveal(
    context: Context, personal: PersonalData, external_id: str, place: str, back: str
) -> dict[str, Any]:
    """A button that shows what is masked, or until when it is shown. `back`: this page."""
    return {
        "personal": personal,
        "external_id": external_id,
        "place": place,
        "back": back,
        "csrf_token": context.get("csrf_token"),
    }
