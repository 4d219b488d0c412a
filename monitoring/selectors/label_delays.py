"""How many days after its payment each source first told of it, read in one statement."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from labeling.domain.resolution import STRENGTHS
from monitoring.domain.delays import Codes, Floats
from monitoring.domain.label_latency import HORIZONS

LOOK_BACK = timedelta(days=max(HORIZONS) + 180)
# Silence matures when we say so, and imported labels mostly have a delay that the importer chose.
SOURCES = tuple(source for source in STRENGTHS if source not in ("matured", "import"))
# A payment counts once for each source, however often that source spoke.
DELAYS = """
SELECT first.source, extract(epoch FROM first.known_at - t.occurred_at)::float8 / 86400,
    extract(epoch FROM %(as_of)s - t.occurred_at)::float8 / 86400,
    hashtextextended(coalesce(t.card_id, t.customer_id, '#' || t.id), 0)
FROM (SELECT transaction_id, source, min(known_at) AS known_at
    FROM labeling_label
    WHERE known_at >= %(from)s AND known_at <= %(as_of)s AND source = ANY(%(sources)s)
    GROUP BY transaction_id, source) first
JOIN scoring_transaction t ON t.id = first.transaction_id
WHERE t.occurred_at >= %(from)s AND t.occurred_at <= %(until)s
"""


@dataclass(frozen=True, slots=True)
class Delays:
    """Days from payment to label, from payment until now, and codes of cards; all (n,)."""

    delays: Floats
    ages: Floats
    cards: Codes


def label_delays(*, as_of: datetime) -> dict[str, Delays]:
    """The delays of each source that has told of a payment old enough, as known at `as_of`."""
    parameters: dict[str, Any] = {
        "from": as_of - LOOK_BACK,
        "until": as_of - timedelta(days=min(HORIZONS)),
        "as_of": as_of,
        "sources": list(SOURCES),
    }
    with connection.cursor() as cursor:
        cursor.execute(DELAYS, parameters)
        return dict(_by_source(cursor.fetchall()))


def _by_source(rows: list[tuple[str, float, float, int]]) -> Iterator[tuple[str, Delays]]:
    found: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for source, delay, age, card in rows:
        found[source].append((delay, age, card))
    for source in SOURCES:
        if source in found:
            delays, ages, cards = zip(*found[source], strict=True)
            yield (
                source,
                Delays(
                    # Clocks of two companies differ by seconds; nobody knows before it happens.
                    delays=np.maximum(np.array(delays, dtype=np.float64), 0.0),
                    ages=np.array(ages, dtype=np.float64),
                    cards=np.array(cards, dtype=np.int64),
                ),
            )
