"""How the desk serves: declared shares, and whether checking may go on."""

from collections.abc import Mapping

from labeling.domain.queue import Lane, may_check
from labeling.models import DeskSettings, ReviewQueue


def desk_settings() -> DeskSettings:
    """What admins declared; the defaults where the row is missing."""
    return DeskSettings.objects.first() or DeskSettings()


def lane_shares(settings: DeskSettings) -> Mapping[Lane, float]:
    """The share of the claims of every lane that is drawn."""
    percent = {
        Lane.DUE_SOON: settings.due_soon_percent,
        Lane.VALUE: settings.value_percent,
        Lane.AUDIT: settings.audit_percent,
        Lane.SECOND: settings.second_percent,
        Lane.LEARN: settings.learn_percent,
    }
    return {lane: share / 100 for lane, share in percent.items()}


def checking_allowed(settings: DeskSettings) -> bool:
    """Whether audits and second looks are below their limit of the minutes worked lately."""
    limit = settings.checking_limit_percent / 100
    return may_check(settings.checking_minutes, settings.worked_minutes, limit)


def reserved_queues() -> Mapping[int, float]:
    """The share of the claims of each queue that has one and is not paused, by its id."""
    rows = ReviewQueue.objects.filter(reserved_percent__gt=0, paused_at=None)
    return {
        queue_id: percent / 100
        for queue_id, percent in rows.values_list("pk", "reserved_percent").order_by("position")
    }
