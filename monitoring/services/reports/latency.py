"""How late labels come, by source, computed in the background."""

from datetime import datetime

from monitoring.domain.label_latency import label_latency
from monitoring.models import Report
from monitoring.selectors.label_delays import LOOK_BACK, label_delays
from monitoring.selectors.reports import FORMAT


def latency_report(*, now: datetime) -> Report | None:
    """Compute and store the report; None as long as no payment old enough has a label."""
    found = label_delays(as_of=now)
    if not found:
        return None
    sources = {
        source: label_latency(each.delays, each.ages, each.cards).as_dict()
        for source, each in found.items()
    }
    return Report.objects.create(
        kind=Report.Kind.LABEL_LATENCY,
        window_start=now - LOOK_BACK,
        window_end=now,
        as_of=now,
        body={"format": FORMAT, "sources": sources},
        created_at=now,
    )
