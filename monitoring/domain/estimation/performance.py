"""Everything we say about the quality of decisions, from one sample."""

from dataclasses import dataclass, replace

import numpy as np

from monitoring.domain.estimation import rates
from monitoring.domain.estimation.claims import (
    ClaimedFrauds,
    cap_recall,
    raise_amount,
    raise_prevalence,
)
from monitoring.domain.estimation.estimate import Estimate, complement
from monitoring.domain.estimation.intervals import WeightedCount
from monitoring.domain.estimation.sample import Bools, Floats, Sample
from monitoring.domain.estimation.shares import Evidence, Share, estimate_share
from monitoring.domain.estimation.totals import Total, estimate_total, transactions
from monitoring.domain.estimation.variance import weighted_count

APPROVED, REVIEWED, BLOCKED = 0, 1, 2
SIDES = (APPROVED, REVIEWED, BLOCKED)
SIDE_TITLES = ("approved", "reviewed", "blocked")


@dataclass(frozen=True)
class DecidedSample:
    """A sample of decided transactions; every array has shape (n,).

    `sample.population.side` is APPROVED, REVIEWED or BLOCKED. `declined` is what finally happened
    (by model, rule, analyst or timeout), `delayed` means held for review or challenged, `amount`
    is in the reporting currency. `claimed` are the claimed frauds among approved transactions that
    the sample does not count as a census; see `claims` for when.
    """

    sample: Sample
    declined: Bools
    delayed: Bools
    amount: Floats
    claimed: ClaimedFrauds | None = None

    @property
    def flagged(self) -> Bools:
        """Blocked or sent to review."""
        marked: Bools = self.sample.population.side[self.sample.cell] != APPROVED
        return marked


@dataclass(frozen=True)
class ConfusionCounts:
    """Estimated transactions and labels found, by flag and truth."""

    payments: dict[str, float]
    labels: dict[str, int]


@dataclass(frozen=True)
class Performance:
    """The five rates, three more, money, and the weighted confusion matrix of one window.

    `payments` says how many transactions stand behind each amount of money.
    """

    fpr: Estimate
    flag_fpr: Estimate
    friction_rate: Estimate
    fdr: Estimate
    alert_ratio: Estimate
    precision: Estimate
    recall: Estimate
    prevalence: Estimate
    missed_fraud: Estimate
    wrongful_declines: Estimate
    fraud_stopped: Estimate
    confusion: ConfusionCounts
    payments: dict[str, float]


def measure(
    decided: DecidedSample, *, required: Evidence, share_matured: float | None
) -> Performance:
    """Estimate everything; `share_matured` is only passed on."""

    def share(asked: Share) -> Estimate:
        estimate = estimate_share(decided.sample, asked, required=required)
        return replace(estimate, share_matured=share_matured)

    sample, flagged = decided.sample, decided.flagged
    precision = share(rates.precision(sample, flagged, sides=(REVIEWED, BLOCKED)))
    totals = money_totals(decided)
    return Performance(
        fpr=share(wrongful_declines(decided)),
        flag_fpr=share(_among_legitimate(decided, flagged, "flag_fpr", "found flagged")),
        friction_rate=share(
            _among_legitimate(decided, decided.delayed, "friction_rate", "found delayed")
        ),
        fdr=complement(precision, "fdr"),
        alert_ratio=alert_ratio(sample),
        precision=precision,
        recall=replace(recall(decided, required), share_matured=share_matured),
        prevalence=_prevalence(decided, share(rates.prevalence(sample, sides=SIDES))),
        **{
            total.name: replace(amount(decided, total, required), share_matured=share_matured)
            for total in totals
        },
        confusion=confusion(sample, flagged),
        payments={total.name: transactions(sample, total.events) for total in totals},
    )


def recall(decided: DecidedSample, required: Evidence) -> Estimate:
    """Flagged frauds over all frauds, those included that only somebody's claim revealed."""
    sample = decided.sample
    asked = rates.recall(sample, decided.flagged, sides=SIDES)
    found = estimate_share(sample, asked, required=required)
    if decided.claimed is None:
        return found
    return cap_recall(found, _caught(decided), decided.claimed)


def _prevalence(decided: DecidedSample, found: Estimate) -> Estimate:
    transactions = int(decided.sample.population.count.sum())
    if decided.claimed is None or not transactions:
        return found
    return raise_prevalence(found, transactions, _caught(decided), decided.claimed)


def _caught(decided: DecidedSample) -> WeightedCount:
    """Flagged frauds; none where a side of the flagged has no label."""
    sample = decided.sample
    known = not np.isin((REVIEWED, BLOCKED), sample.sides_without_labels()).any()
    return weighted_count(sample, sample.fraud & decided.flagged & known, decided.flagged)


def wrongful_declines(decided: DecidedSample) -> Share:
    """fpr: legitimate transactions finally declined over all legitimate ones."""
    return _among_legitimate(decided, decided.declined, "fpr", "found declined")


def alert_ratio(sample: Sample) -> Estimate:
    """Share of transactions sent to people; counted, not estimated."""
    decisions = int(sample.population.count.sum())
    sent = int(sample.population.count[sample.population.side == REVIEWED].sum())
    ratio = sent / decisions if decisions else None
    return Estimate(
        name="alert_ratio",
        estimate=ratio,
        low=ratio,
        high=ratio,
        method="count",
        n=decisions,
        n_eff=float(decisions),
        events=sent,
        refused=None if decisions else "nothing was decided in this window",
    )


def confusion(sample: Sample, flagged: Bools) -> ConfusionCounts:
    """Flag against truth; keys flagged_fraud, flagged_legitimate, approved_fraud, ..."""
    cells = {
        "flagged_fraud": flagged & sample.fraud,
        "flagged_legitimate": flagged & ~sample.fraud,
        "approved_fraud": ~flagged & sample.fraud,
        "approved_legitimate": ~flagged & ~sample.fraud,
    }
    return ConfusionCounts(
        payments={name: transactions(sample, mask) for name, mask in cells.items()},
        labels={name: int(mask.sum()) for name, mask in cells.items()},
    )


def _among_legitimate(decided: DecidedSample, marked: Bools, name: str, found: str) -> Share:
    return rates.legitimate_share(
        decided.sample,
        marked,
        possible=marked | decided.flagged,
        name=name,
        sides=SIDES,
        found=found,
    )


def money_totals(decided: DecidedSample) -> tuple[Total, Total, Total]:
    """missed_fraud, wrongful_declines and fraud_stopped, each an amount of the window."""
    fraud, declined, value = decided.sample.fraud, decided.declined, decided.amount
    honest = "legitimate payment"
    return (
        Total(
            "missed_fraud", fraud & ~declined, ~declined, value, "fraud", "found among paid ones"
        ),
        Total("wrongful_declines", ~fraud & declined, declined, value, honest, "found declined"),
        Total("fraud_stopped", fraud & declined, declined, value, "fraud", "found declined"),
    )


def amount(decided: DecidedSample, asked: Total, required: Evidence) -> Estimate:
    """One of the money totals, refused where a side that matters has no label."""
    found = _sampled_amount(decided.sample, asked, required)
    if asked.name != "missed_fraud" or decided.claimed is None:
        return found
    return raise_amount(found, decided.claimed)


def _sampled_amount(sample: Sample, asked: Total, required: Evidence) -> Estimate:
    estimate = estimate_total(sample, asked, required=required)
    needed = (APPROVED, REVIEWED) if asked.name == "missed_fraud" else (REVIEWED, BLOCKED)
    blind = np.intersect1d(sample.sides_without_labels(), needed)
    if not len(blind):
        return estimate
    titles = " or ".join(SIDE_TITLES[side] for side in blind)
    return replace(estimate, low=None, high=None, method="none").refuse(
        f"not enough evidence: no {titles} payment has a label"
    )
