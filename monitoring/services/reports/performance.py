"""How good the decisions of a window were: rates, money, weeks, segments, scores."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from monitoring.domain.delays import DelayCurve
from monitoring.domain.estimation import PUBLISHED, Estimate, Performance, estimate_share, measure
from monitoring.domain.estimation.delays import nowcast
from monitoring.domain.estimation.performance import (
    ConfusionCounts,
    amount,
    money_totals,
    wrongful_declines,
)
from monitoring.domain.estimation.sample import Bools
from monitoring.domain.tiles import RATES
from monitoring.models import Report
from monitoring.selectors.audits import lately
from monitoring.selectors.complaints import delay_curve, share_of_complaints
from monitoring.selectors.reports import FORMAT
from monitoring.selectors.rollups import (
    StratumCount,
    WindowCounts,
    hourly_decisions,
    score_histogram,
    weekly_stratum_counts,
    window_counts,
)
from monitoring.selectors.samples import DrawnDecisions, WindowSample, drawn_decisions
from monitoring.services.reports.expected import expected_body
from monitoring.services.reports.operations import operations_body
from monitoring.services.reports.opinions import opinion_rates
from scoring.selectors.registry import production_version

MONEY = ("wrongful_declines", "missed_fraud", "fraud_stopped")
TREND = timedelta(weeks=12)
WEEK = timedelta(weeks=1)
HOUR = timedelta(hours=1)
# A week counts as settled when so many of its drawn payments have their answer.
SETTLED_SHARE = 0.95
MOST_CHANNELS, MOST_METHODS = 3, 4


def drawn_for(*, now: datetime, windows: Sequence[timedelta]) -> DrawnDecisions:
    """The drawn decisions that reports over these windows rest on, read once for all of them."""
    since = min(_drawn_since(_hour(now - window), now) for window in windows)
    return drawn_decisions(start=since, end=_hour(now) + HOUR, as_of=now)


def performance_report(
    *, now: datetime, window: timedelta, drawn: DrawnDecisions | None = None
) -> Report | None:
    """Compute and store the report; None where nothing was decided in the window.

    `drawn` is what `drawn_for` read at this moment, if it was asked.
    """
    start = _hour(now - window)
    end = _hour(now) + HOUR
    counts = window_counts(start=start, end=end)
    if not counts.decisions:
        return None
    return Report.objects.create(
        kind=Report.Kind.PERFORMANCE,
        model_version=production_version(),
        window_start=start,
        window_end=now,
        as_of=now,
        body=_body(start, end, now, window, counts, drawn or drawn_for(now=now, windows=[window])),
        created_at=now,
    )


def _body(
    start: datetime,
    end: datetime,
    now: datetime,
    window: timedelta,
    counts: WindowCounts,
    drawn: DrawnDecisions,
) -> dict[str, Any]:
    curve = delay_curve(as_of=now)
    matured = share_of_complaints(hourly_decisions(start=start, end=end), curve=curve, as_of=now)
    sample = drawn.sample(start=start, end=end)
    performance = measure(sample.decided, required=PUBLISHED, share_matured=matured)
    return {
        "format": FORMAT,
        "days": window // timedelta(days=1),
        "decisions": counts.decisions,
        "reviews": counts.reviews,
        "reviews_per_day": counts.reviews / _days_covered(counts, now),
        "drawn": counts.drawn,
        "amount": str(counts.amount),
        "labels": sample.labels,
        "claims": _claims(sample, matured, curve),
        "unconfirmed": sample.unconfirmed,
        "verdicts_alone": int(sample.verdict_alone.sum()),
        "share_matured": matured,
        "rates": {name: _rate(performance, name) for name in RATES},
        "money": {name: _rate(performance, name) for name in MONEY},
        "payments": performance.payments,
        "confusion": _confusion(performance.confusion),
        "expected": expected_body(start=start, end=end, now=now, required=PUBLISHED),
        "operations": operations_body(
            start=start,
            end=end,
            now=now,
            share_matured=matured,
            labels=sample.labels,
            opinions=int(sample.verdict_alone.sum()),
            of_opinions=opinion_rates(sample, now=now),
        ),
        "segments": _segments(sample),
        "scores": _scores(start, end),
        "trend": _trend(drawn, _trend_since(start, now), now),
        "intake": [asdict(load) for load in lately(now=now, drawn=drawn).loads],
    }


def _claims(sample: WindowSample, matured: float | None, curve: DelayCurve) -> dict[str, Any]:
    """Claimed frauds among approvals so far, and what their number and amount will come to."""
    amounts = sample.claimed_amounts
    values = {"claimed_frauds": np.ones(len(amounts)), "claimed_amount": amounts}
    return {
        "so_far": len(amounts),
        **{
            name: nowcast(
                name, value, sample.claimed_clusters, share_matured=matured, curve=curve
            ).as_dict()
            for name, value in values.items()
        },
    }


def _confusion(counts: ConfusionCounts) -> dict[str, dict[str, Any]]:
    """Payments by cell, None where a few labels would have to stand for many."""
    payments = {
        cell: None if labels < PUBLISHED.events and total > 2 * labels else total
        for (cell, total), labels in zip(
            counts.payments.items(), counts.labels.values(), strict=True
        )
    }
    return {"payments": payments, "labels": counts.labels}


def _rate(performance: Performance, name: str) -> dict[str, Any]:
    estimate: Estimate = getattr(performance, name)
    return estimate.as_dict()


def _days_covered(counts: WindowCounts, now: datetime) -> float:
    """Days between the first decision of the window and now, at least an hour."""
    first = counts.first or now
    return max(now - first, HOUR) / timedelta(days=1)


def _segments(sample: WindowSample) -> list[dict[str, Any]]:
    """Wrongful declines by segment, all payments first; the commonest channels and methods."""
    decided = sample.decided
    asked = wrongful_declines(decided)
    rows = []
    for title, members in _members(sample).items():
        share = replace(
            asked,
            part=asked.part & members,
            whole=asked.whole & members,
            part_from=asked.part_from & members,
            rest_from=members,
            carried_by=asked.carried_by & members,
        )
        estimate = estimate_share(decided.sample, share, required=PUBLISHED)
        rows.append(
            {
                "title": title,
                "labels": int((members & sample.drawn).sum()),
                "rate": estimate.as_dict(),
            }
        )
    return rows


def _members(sample: WindowSample) -> dict[str, Bools]:
    members = {"All payments": np.ones(len(sample.drawn), dtype=np.bool_)}
    if sample.new_customer.any():
        # Whose customer does not say since when they are one is neither.
        members["Known customers"] = sample.known_customer
        members["New customers"] = sample.new_customer
    if sample.cross_border.any():
        members["Cross-border"] = sample.cross_border
    for values, most in (
        (sample.channel, MOST_CHANNELS),
        (sample.payment_method, MOST_METHODS),
    ):
        for value, _ in Counter(filter(None, values)).most_common(most):
            members[_title(value)] = sample.where(values, value)
    return members


def _title(value: str) -> str:
    text = value.replace("_", " ")
    return text[:1].upper() + text[1:]


def _scores(start: datetime, end: datetime) -> dict[str, list[int]]:
    """Scores of the window, and of the window of the same length before it."""
    return {
        "current": score_histogram(start=start, end=end).tolist(),
        "reference": score_histogram(start=start - (end - start), end=start).tolist(),
    }


def _trend(drawn: DrawnDecisions, monday: datetime, now: datetime) -> list[dict[str, Any]]:
    """Wrongful declines and money by week (Monday to Sunday, UTC), oldest first."""
    weeks = weekly_stratum_counts(start=monday, end=_hour(now) + HOUR)
    return [_week(drawn, monday, counts, now) for monday, counts in weeks.items()]


def _week(
    drawn: DrawnDecisions, monday: datetime, counts: Sequence[StratumCount], now: datetime
) -> dict[str, Any]:
    end = min(monday + WEEK, _hour(now) + HOUR)
    sample = drawn.sample(start=monday, end=end, counts=counts)
    asked = sum(count.drawn for count in counts)
    decided = sample.decided
    rate = estimate_share(decided.sample, wrongful_declines(decided), required=PUBLISHED)
    return {
        "start": monday.date().isoformat(),
        "rate": rate.as_dict(),
        "labels": sample.labels,
        "still_arriving": end > now or sample.labels < SETTLED_SHARE * asked,
        "money": {
            total.name: amount(decided, total, PUBLISHED).estimate
            for total in money_totals(decided)
        },
    }


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _trend_since(start: datetime, now: datetime) -> datetime:
    return _monday(min(start, now - TREND))


def _drawn_since(start: datetime, now: datetime) -> datetime:
    """From here on drawn decisions are needed: for the window, its trend and the lately decided."""
    return min(start, _trend_since(start, now))


def _monday(moment: datetime) -> datetime:
    return _hour(moment).replace(hour=0) - timedelta(days=moment.astimezone(UTC).weekday())
