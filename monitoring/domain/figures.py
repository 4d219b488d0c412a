"""Every number of the executive page in words: what it is, how much, what it rests on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from monitoring.domain.estimation.estimate import Estimate, from_dict
from monitoring.domain.operations import BASIS_POINTS
from monitoring.domain.tiles import MEANINGS, refusal
from scoring.domain import wording


class Unit(StrEnum):
    """What a figure is measured in; shares and basis points are stored as fractions."""

    SHARE = "share"
    BASIS_POINTS = "basis_points"
    MONEY = "money"
    PAYMENTS = "payments"


@dataclass(frozen=True, slots=True)
class Named:
    """Title, definition and unit of one figure."""

    title: str
    definition: str
    unit: Unit = Unit.SHARE


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as it is shown; `value` is empty where `sentence` says why there is none."""

    name: str
    title: str
    definition: str
    unit: Unit
    estimate: Estimate
    value: str
    bounds: str
    sentence: str


NAMED = {
    **{name: Named(each.title, each.definition) for name, each in MEANINGS.items()},
    "wrongful_declines": Named(
        "Good customers declined",
        "Amount of the legitimate payments that were finally declined.",
        Unit.MONEY,
    ),
    "missed_fraud": Named(
        "Lost to fraud",
        "Amount of the frauds that were let through, noticed or not.",
        Unit.MONEY,
    ),
    "fraud_stopped": Named(
        "Fraud stopped", "Amount of the frauds that were finally declined.", Unit.MONEY
    ),
    "claimed_frauds": Named(
        "Claimed frauds in the end",
        "Approved payments on which a chargeback or a report for fraud came, and those on which one"
        " will still come if complaints are as late as they were.",
        Unit.PAYMENTS,
    ),
    "claimed_amount": Named(
        "Claimed amount in the end", "The amount of these payments.", Unit.MONEY
    ),
    "gross_fraud_rate": Named(
        "Gross fraud",
        "Amount of the payments let through on which a chargeback or a report for fraud came, over"
        " the amount let through. One basis point (bp) is 1 in 10,000.",
        Unit.BASIS_POINTS,
    ),
    "net_fraud_rate": Named(
        "Net fraud",
        "The same less what came back: refunds, and disputes that were won or withdrawn.",
        Unit.BASIS_POINTS,
    ),
    "gross_fraud": Named("Gross fraud, amount", "The amount behind gross fraud.", Unit.MONEY),
    "recovered_fraud": Named("Recovered", "The part of gross fraud that came back.", Unit.MONEY),
    "net_fraud": Named("Net fraud, amount", "Gross fraud less what came back.", Unit.MONEY),
    "chargeback_ratio": Named(
        "Chargeback ratio",
        "Payments charged back for the first time in this period, for any reason, over the payments"
        " let through in it.",
    ),
    "approval_rate": Named(
        "Approval rate", "Payments approved at once or released later, over all payments."
    ),
    "review_rate": Named(
        "Review rate",
        "Payments that people judged, over all payments; the alert ratio counts those sent to"
        " them.",
    ),
    "timeout_rate": Named(
        "Timed out",
        "Payments whose hour ran out before anybody judged them, over all sent to review.",
    ),
    "cost_per_case": Named(
        "Cost per case",
        "Active minutes of all looks at a case, times the cost of a minute in the policy.",
        Unit.MONEY,
    ),
    "cost_of_reviews": Named(
        "Cost of reviews", "The same for all cases judged in this period.", Unit.MONEY
    ),
    "opinion_share": Named(
        "Opinion alone",
        "Labels that rest on what one reviewer said, with no customer, chargeback or second person"
        " behind it, over all labels of drawn payments.",
    ),
    "opinion_precision": Named(
        "Precision on opinion alone",
        "Frauds over flagged payments, of those whose label rests on what one reviewer said.",
    ),
    "corrected_precision": Named(
        "The same, corrected for errors",
        "What it would be if reviewers miss frauds and raise false alarms as often as second looks"
        " by lot and practice of the last 90 days say. No other number is corrected like this.",
    ),
}


def figures(body: Mapping[str, Any], currency: str) -> dict[str, Figure]:
    """Every number of a performance report by name; a report of an older version has fewer."""
    operations = body.get("operations") or {"measures": {}}
    claims = {name: each for name, each in body.get("claims", {}).items() if name != "so_far"}
    stored = {**body["rates"], **body["money"], **claims, **operations["measures"]}
    sentences = _sentences(body, currency) if operations["measures"] else {}
    return {
        name: _figure(from_dict(stored[name]), NAMED[name], sentences.get(name, ""), currency)
        for name in NAMED
        if name in stored
    }


def _figure(estimate: Estimate, named: Named, sentence: str, currency: str) -> Figure:
    words = _words(named.unit, currency)
    known = estimate.estimate is not None
    return Figure(
        name=estimate.name,
        title=named.title,
        definition=named.definition,
        unit=named.unit,
        estimate=estimate,
        value=words(estimate.estimate) if estimate.estimate is not None else "",
        bounds=_bounds(estimate, words),
        sentence=sentence if known else refusal(estimate, words),
    )


def _words(unit: Unit, currency: str) -> Callable[[float], str]:
    if unit == Unit.MONEY:
        return lambda amount: wording.money(amount, currency, whole=abs(amount) >= 100)
    if unit == Unit.PAYMENTS:
        return lambda number: wording.number(number, 0)
    if unit == Unit.BASIS_POINTS:
        return lambda share: f"{wording.number(BASIS_POINTS * share, 1)} bp"
    return lambda share: wording.rate(share, 1 if share >= 0.01 or share == 0 else 2)


def _bounds(estimate: Estimate, words: Callable[[float], str]) -> str:
    if estimate.low is not None and estimate.high is not None:
        counted = estimate.low == estimate.high
        return "counted" if counted else f"{words(estimate.low)} to {words(estimate.high)}"
    if estimate.low is not None:
        return f"at least {words(estimate.low)}"
    return f"at most {words(estimate.high)}" if estimate.high is not None else "none"


def _sentences(body: Mapping[str, Any], currency: str) -> dict[str, str]:
    """One sentence for each counted measure."""
    operations = body["operations"]
    measures = {name: from_dict(each) for name, each in operations["measures"].items()}
    volume = wording.money(Decimal(operations["let_through"]["amount"]), currency, whole=True)

    def amount(name: str) -> str:
        return wording.money(measures[name].estimate or 0, currency, whole=True)

    gross = wording.count(measures["gross_fraud"].events, "payment")
    late = _late(measures["gross_fraud_rate"].share_matured)
    return {
        "gross_fraud_rate": f"Known so far: {amount('gross_fraud')} on {gross}, of {volume} let"
        f" through. {late}",
        "net_fraud_rate": f"{amount('net_fraud')} stays lost, {amount('recovered_fraud')} came"
        f" back. {late}",
        "gross_fraud": late,
        "recovered_fraud": late,
        "net_fraud": late,
        "chargeback_ratio": _charged_back(measures["chargeback_ratio"]),
        **_work(operations, measures, amount("cost_of_reviews"), currency),
        "opinion_share": _opinions(measures["opinion_share"], body.get("unconfirmed", 0)),
    }


def _work(
    operations: Mapping[str, Any], measures: Mapping[str, Estimate], total: str, currency: str
) -> dict[str, str]:
    cases = wording.count(operations["cases"], "case")
    minute = wording.money(Decimal(operations["cost_per_minute"]), currency)
    measured = measures["cost_per_case"].n
    some = "" if measured == operations["cases"] else f" Minutes of {measured:,} were measured."
    price = f"{minute} a minute by policy {operations['policy']}"
    return {
        "approval_rate": _of(measures["approval_rate"], "went through", "decided"),
        "review_rate": _of(measures["review_rate"], "were judged by a person", "decided"),
        "timeout_rate": _of(measures["timeout_rate"], "ran out of time", "sent to review"),
        "cost_per_case": f"{total} for {cases}, at {price}.{some}",
        "cost_of_reviews": f"{cases}, at {price}.{some}",
    }


def _of(estimate: Estimate, part: str, whole: str, noun: str = "payment") -> str:
    """Such as "12 of 400 payments sent to review ran out of time."."""
    base = " ".join(filter(None, (wording.count(estimate.n, noun), whole)))
    return f"{estimate.events:,} of {base} {part}."


def _opinions(share: Estimate, unconfirmed: int) -> str:
    """How many labels nobody confirmed, and how many frauds do not count until somebody does."""
    said = _of(share, "rest on one reviewer; nobody confirmed them", "", "label")
    if not unconfirmed:
        return said
    return f"{said} {wording.count(unconfirmed, 'fraud')} more count once a second person agrees."


def _charged_back(ratio: Estimate) -> str:
    """Both counts side by side: what is charged back now may have been paid long ago."""
    were = "was" if ratio.events == 1 else "were"
    charged = f"{wording.count(ratio.events, 'payment')} {were} charged back"
    return f"{charged}, {wording.count(ratio.n)} were let through."


def _late(share_matured: float | None) -> str:
    if share_matured is None:
        return "How many complaints are still to come is not known yet."
    return f"{wording.rate(share_matured, 0)} of the complaints to come are in."
