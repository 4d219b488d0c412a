"""Money and work of a window for the report: what was counted, and what is still to come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitoring.domain.estimation import Estimate
from monitoring.domain.operations import (
    Handling,
    KnownFrauds,
    Tally,
    fraud_amounts,
    fraud_rates,
    handling_rates,
    review_costs,
    share_counted,
)
from monitoring.selectors.operations import (
    chargebacks_by_scheme,
    handling,
    known_frauds,
    review_time,
)
from scoring.selectors.policies import active_policy, policy_values

NO_LABEL = "no drawn payment has a label yet"
NO_PAYMENT = "no payment was let through in this window"


def operations_body(
    *,
    start: datetime,
    end: datetime,
    now: datetime,
    share_matured: float | None,
    labels: int,
    opinions: int,
    of_opinions: Mapping[str, Estimate],
) -> dict[str, Any]:
    """Measures by name (estimates as dicts), chargebacks by scheme, and what they rest on.

    `labels` and `opinions` say how many labels the estimates use, and how many of them are
    nothing but a reviewer's opinion; `of_opinions` are the rates of these. Money is in the
    reporting currency.
    """
    window = {"start": start, "end": end, "as_of": now}
    done, frauds, time = handling(**window), known_frauds(**window), review_time(**window)
    policy = policy_values(active_policy())
    price = policy.costs.review_cost_per_minute
    by_scheme = chargebacks_by_scheme(**window)
    passed = done.let_through
    measures = {
        **fraud_amounts(frauds, share_matured=share_matured),
        **fraud_rates(frauds, passed, share_matured=share_matured),
        "chargeback_ratio": share_counted(
            "chargeback_ratio", sum(by_scheme.values()), passed.payments, missing=NO_PAYMENT
        ),
        **handling_rates(done),
        **review_costs(time, price),
        "opinion_share": share_counted("opinion_share", opinions, labels, missing=NO_LABEL),
        **of_opinions,
    }
    return {
        "measures": {name: measure.as_dict() for name, measure in measures.items()},
        "chargebacks": by_scheme,
        "let_through": _tally(passed),
        "reviews": done.reviews,
        **_counts(done, frauds),
        "cases": time.cases,
        "minutes": time.minutes,
        "cost_per_minute": str(price),
        "policy": policy.number,
    }


def _counts(done: Handling, frauds: KnownFrauds) -> dict[str, Any]:
    return {
        "released": _tally(done.released),
        "withdrawn": _tally(done.withdrawn),
        "recovered": _tally(frauds.recovered),
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {"payments": tally.payments, "amount": str(tally.amount)}
