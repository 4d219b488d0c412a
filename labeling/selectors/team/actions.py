"""What was done to the desk lately."""

from django.db.models import QuerySet

from labeling.models import DeskAction

SHOWN = 15


def newest_actions() -> QuerySet[DeskAction]:
    """The newest actions with who did them."""
    return DeskAction.objects.select_related("actor").order_by("-pk")[:SHOWN]
