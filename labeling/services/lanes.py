"""What the lanes took of the working time, so that checking stays within its limit."""

from datetime import datetime, timedelta

from django.db import connection

from labeling.domain.lifecycle import LEASE
from labeling.models import DeskSettings

LATELY = timedelta(hours=8)

# One task may have several verdicts of one sitting. Where the page measured nothing, the time
# from claim to verdict counts, at most one lease of it.
WORKED = """
WITH sitting AS (
    SELECT t.id, t.lane IN ('audit', 'second') AS checking,
        max(coalesce(v.active_seconds,
            least(extract(epoch FROM v.given_at - v.claimed_at), %(lease)s))) AS seconds
    FROM labeling_reviewtask t JOIN labeling_verdict v ON v.task_id = t.id
    WHERE t.status = 'done' AND t.done_at > %(since)s AND t.done_at <= %(now)s
      AND v.supersedes_id IS NULL
    GROUP BY t.id
)
SELECT coalesce(sum(seconds), 0) / 60, coalesce(sum(seconds) FILTER (WHERE checking), 0) / 60
FROM sitting
"""


def measure_lanes(*, now: datetime) -> float:
    """Store how many minutes were worked lately and how many of them on checking.

    Returns the share of checking in [0, 1]. The next claims go by it.
    """
    parameters: dict[str, datetime | float] = {
        "now": now,
        "since": now - LATELY,
        "lease": LEASE.total_seconds(),
    }
    with connection.cursor() as cursor:
        cursor.execute(WORKED, parameters)
        worked, checking = map(float, cursor.fetchone())
    DeskSettings.objects.update(worked_minutes=worked, checking_minutes=checking, measured_at=now)
    return checking / worked if worked else 0.0
