"""Claims about a payment in words."""

from django import template

from labeling.domain import label_timeline
from labeling.models import Label

register = template.Library()


@register.filter
def source_words(source: str) -> str:
    """Where a label comes from, to be put after "by"."""
    return label_timeline.source_words(source)


@register.filter
def label_details(label: Label) -> str:
    """How it is known, which kind of fraud, the code and the stage; what was not said is absent."""
    told = (
        label.get_verification_display().lower() if label.verification else "",
        label.fraud_type.replace("_", " "),
        f"code {label.reason}" if label.reason else "",
        label.dispute_stage.replace("_", " ") if label.dispute_stage != label.source else "",
    )
    return ", ".join(filter(None, told))
