"""Every day the coins are counted, and all the time whether a drawn payment was dropped."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

from monitoring.domain.sample_ratio import RatioTest, sample_ratio
from monitoring.models import Report
from monitoring.selectors.audit_draws import dropped_audits, stratum_draws

DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=28)
# So long the case of a drawn payment may take to open.
GRACE = timedelta(hours=1)
NAMED = 20


def check_sample(*, now: datetime) -> Report:
    """Check the audit sample, store what was found and return it.

    The coins of the last whole day of UTC are tested against their probabilities, all of them and
    those that still have their look: one test a day, however often it is computed. A payment drawn
    in the last four weeks that nobody has judged or will is an alarm by itself.
    """
    # A day is whole when its last cases have had their time to open.
    end = (now - GRACE).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    draws = stratum_draws(start=end - DAY, end=end)
    coins, kept = sample_ratio(draws), sample_ratio(draws, kept=True)
    dropped = dropped_audits(start=now - LOOK_BACK, end=now - GRACE)
    return Report.objects.create(
        kind=Report.Kind.SAMPLE_RATIO,
        window_start=end - DAY,
        window_end=end,
        as_of=now,
        created_at=now,
        body={
            "alarm": bool(coins.alarm or kept.alarm or dropped),
            "coins": _row(coins),
            "kept": _row(kept),
            "dropped": len(dropped),
            "dropped_ids": dropped[:NAMED],
            "strata": [asdict(cell) for cell in draws],
        },
    )


def _row(test: RatioTest) -> dict[str, Any]:
    row = asdict(test)
    # JSON has no infinity.
    if test.statistic is not None and not isfinite(test.statistic):
        row["statistic"] = None
    return row
