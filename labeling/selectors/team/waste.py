"""Time that people spent on cases which somebody else had to begin anew, or nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

LOOK_BACK = timedelta(days=7)
# Each word reads after a number of times.
WORDS = {
    "lease_expired": ("Lease ran out", "nobody decided or extended in ten minutes"),
    "lease_ended": ("Nothing left to decide", "the payment ended, timed out or was overridden"),
    "released": ("Given back", "by whoever held it"),
    "skipped": ("Given to a colleague", "with a reason"),
    "reassigned": ("Taken away", "by a lead"),
}

# From the claim to its end. Every end follows a claim of the same task; the index of a case's
# events finds it.
SPENT = """
SELECT e.type, count(*), coalesce(sum(extract(epoch FROM e.occurred_at - c.occurred_at)), 0) / 60
FROM labeling_caseevent e
JOIN LATERAL (
    SELECT claimed.occurred_at FROM labeling_caseevent claimed
    WHERE claimed.case_id = e.case_id AND claimed.id < e.id AND claimed.type = 'claimed'
      AND claimed.data ->> 'task' = e.data ->> 'task'
    ORDER BY claimed.id DESC LIMIT 1
) c ON true
WHERE e.type IN ('lease_expired', 'lease_ended', 'released', 'skipped', 'reassigned')
  AND (e.type <> 'reassigned' OR e.data ->> 'reviewer' IS NOT NULL)
  AND e.occurred_at >= %(since)s
GROUP BY e.type
"""


@dataclass(frozen=True, slots=True)
class Wasted:
    """One way in which a claim came to nothing: how often in seven days, and for how long."""

    type: str
    times: int
    minutes: float

    @property
    def word(self) -> str:
        """What happened."""
        return WORDS[self.type][0]

    @property
    def meaning(self) -> str:
        """When it happens."""
        return WORDS[self.type][1]


def wasted_time(*, now: datetime) -> Sequence[Wasted]:
    """All ways in the order of their minutes, also those that did not happen; one query."""
    with connection.cursor() as cursor:
        cursor.execute(SPENT, {"since": now - LOOK_BACK})
        found = {type: (times, float(minutes)) for type, times, minutes in cursor.fetchall()}
    rows = [Wasted(type, *found.get(type, (0, 0.0))) for type in WORDS]
    return sorted(rows, key=lambda row: -row.minutes)
