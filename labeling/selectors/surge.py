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
    """Whether a surge is on; one query."""
    return current_surge(now) is not None
