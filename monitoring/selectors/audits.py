"""What came in lately by stratum, and what looks found there."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from monitoring.selectors.rollups import stratum_counts, window_counts
from monitoring.selectors.samples import DrawnDecisions, drawn_decisions
from scoring.domain.audits import StratumLoad, expected_fraud_share
from scoring.models import PolicyActivation
from scoring.services.audit_plans import Intake

LATELY = timedelta(days=28)
# Strata carry the outcome, so what another policy decided tells less; after a week there is
# enough of the policy's own.
OWN_WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


def lately(*, now: datetime, drawn: DrawnDecisions | None = None) -> Intake:
    """Payments a day by stratum in the last four weeks, as the rollups count them.

    From a week of the active policy on, only what it decided. The fraud share expected of a
    stratum is what its scores say, corrected by the looks of these weeks. Reviews are in it, too:
    they tell how much fraud there is. `drawn` are the drawn decisions of these weeks, or more, if
    they have been read already.
    """
    start, end = _window(now)
    counted = window_counts(start=start, end=end)
    if counted.first is None:
        return Intake((), start, end)
    days = max((end - counted.first) / timedelta(days=1), 1.0)
    drawn = drawn or drawn_decisions(start=start, end=end, as_of=now)
    looks, frauds = _judged(drawn, start, end)
    decisions: Counter[str] = Counter()
    for count in stratum_counts(start=start, end=end):
        decisions[count.stratum] += count.decisions
    loads = [
        StratumLoad(
            stratum,
            number / days,
            expected_fraud_share(
                stratum, looks=looks.get(stratum, 0), frauds=frauds.get(stratum, 0)
            ),
        )
        for stratum, number in sorted(decisions.items())
    ]
    return Intake(loads, start, end)


def _window(now: datetime) -> tuple[datetime, datetime]:
    end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    start = end - LATELY
    began = PolicyActivation.objects.order_by("-pk").values_list("activated_at", flat=True)[0]
    if now - began < OWN_WEEK:
        return start, end
    whole = began.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    return max(start, whole), end


def _judged(
    drawn: DrawnDecisions, start: datetime, end: datetime
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Payments that were drawn and judged, and the frauds among them, by stratum.

    Claims that no lot led to are left out: each would look like a fraud in a single look.
    """
    names = ("decided_at", "stratum", "fraud", "propensity")
    rows = zip(*(drawn.columns[name] for name in names), strict=True)
    judged = [
        (stratum, fraud)
        for decided_at, stratum, fraud, propensity in rows
        if propensity is not None and start <= decided_at < end
    ]
    return Counter(stratum for stratum, _ in judged), Counter(
        stratum for stratum, fraud in judged if fraud
    )
