"""How late complaints come, and so how many of those to come are in."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
from django.db import connection

from labeling.domain.resolution_sql import meaning_sql
from monitoring.domain.delays import HORIZONS, DelayCurve, longest_curve

# Payments that are younger than the horizon of the curve would make complaints look fast.
LOOK_BACK = timedelta(days=max(HORIZONS) + 180)
DELAYS = f"""
SELECT extract(epoch FROM min(label.known_at) - t.occurred_at)::float8 / 86400 AS delay,
    extract(epoch FROM %(as_of)s - t.occurred_at)::float8 / 86400 AS age,
    hashtextextended(coalesce(t.card_id, t.customer_id, '#' || t.id), 0) AS card
FROM labeling_label label JOIN scoring_transaction t ON t.id = label.transaction_id
WHERE label.source IN ('chargeback', 'fraud_report') AND {meaning_sql()} = 'fraud'
    AND label.known_at >= %(from)s AND label.known_at <= %(as_of)s
    AND t.occurred_at >= %(from)s AND t.occurred_at <= %(until)s
GROUP BY t.id
"""  # noqa: S608 (made of constants)


def share_of_complaints(
    decisions: Mapping[datetime, int], *, curve: DelayCurve, as_of: datetime
) -> float | None:
    """Share of the complaints about these decisions that should be in at `as_of`.

    `decisions` counts them by hour. None where too few matured complaints say how late they come.
    """
    if not curve.tells or not decisions:
        return None
    ages = np.array([(as_of - hour) / timedelta(days=1) for hour in decisions])
    weight = np.array(list(decisions.values()), dtype=np.float64)
    return float(curve.share_in(ages) @ weight / weight.sum())


def delay_curve(*, as_of: datetime) -> DelayCurve:
    """Days until the first complaint about a payment, of payments old enough."""
    until = as_of - timedelta(days=min(HORIZONS))
    with connection.cursor() as cursor:
        cursor.execute(DELAYS, {"from": as_of - LOOK_BACK, "until": until, "as_of": as_of})
        rows = cursor.fetchall()
    delays, ages = np.array([row[:2] for row in rows], dtype=np.float64).reshape(-1, 2).T
    return longest_curve(delays, ages, np.array([row[2] for row in rows], dtype=np.int64))
