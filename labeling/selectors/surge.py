"""Whether the desk is in a surge: payments by deadline first, checking only where it is late."""

from datetime import datetime

from labeling.models import SurgeChange


def current_surge(now: datetime) -> SurgeChange | None:
    """The surge that is on now, with who began it and until when; None where none is."""
    newest = SurgeChange.objects.select_related("actor").order_by("-pk").first()
    if newest and newest.active and newest.until is not None and newest.until > now:
        return newest
    return None


def surge_active(now: datetime) -> bool:
    """Whether a surge is on; one small query, as every claim asks it."""
    newest = SurgeChange.objects.order_by("-pk").values_list("active", "until").first()
    if newest is None:
        return False
    active, until = newest
    return active and until is not None and until > now
