"""What the scores promise for a window, and how far their last promise was from the truth."""

from datetime import UTC, datetime
from typing import Any

from labeling.domain.maturing import MATURE_AFTER
from monitoring.domain.estimation import Evidence, measure
from monitoring.domain.expected import compared, expected_performance
from monitoring.selectors.samples import window_sample
from monitoring.selectors.score_sums import score_sums

RATES = ("precision", "recall", "flag_fpr", "prevalence")
NOT_SUMMED = "Some hours of this window were counted before the sums of scores were kept."
NO_SCORE = "No payment of this window has a score."
NEVER_CHECKED = (
    f"No window of this length is older than the {MATURE_AFTER.days} days after which its truth"
    " is in, so the scores have not been checked yet."
)
NOT_CHECKABLE = "Where the truth is in, the scores were not summed."


def expected_body(
    *, start: datetime, end: datetime, now: datetime, required: Evidence
) -> dict[str, Any]:
    """Expected rates and frauds of [start, end), and the last ones whose truth is known.

    `refused` is a sentence where nothing can be expected; then `rates` is empty. `last` compares
    the newest window of the same length that has matured with its estimates, or says why not.
    """
    sums = score_sums(start=start, end=end)
    if sums is None or not (scored := sums[0].payments + sums[1].payments):
        refused = NOT_SUMMED if sums is None else NO_SCORE
        return {"scored": 0, "rates": {}, "refused": refused, "last": _unchecked(refused)}
    expected = expected_performance(*sums)
    return {
        "scored": scored,
        "rates": {name: one.as_dict() for name, one in expected.items()},
        "refused": None,
        "last": _last(_matured_until(now) - (end - start), _matured_until(now), now, required),
    }


def _last(start: datetime, end: datetime, now: datetime, required: Evidence) -> dict[str, Any]:
    sums = score_sums(start=start, end=end)
    if sums is None:
        return _unchecked(NOT_CHECKABLE)
    if not sums[0].payments + sums[1].payments:
        return _unchecked(NEVER_CHECKED)
    decided = window_sample(start=start, end=end, as_of=now).decided
    performance = measure(decided, required=required, share_matured=None)
    expected = expected_performance(*sums)
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "rates": {
            name: compared(expected[name].expected, getattr(performance, name)).as_dict()
            for name in RATES
        },
        "refused": None,
    }


def _unchecked(sentence: str) -> dict[str, Any]:
    return {"start": None, "end": None, "rates": {}, "refused": sentence}


def _matured_until(now: datetime) -> datetime:
    """The last whole hour whose payments are old enough that silence means legitimate."""
    return (now - MATURE_AFTER).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
