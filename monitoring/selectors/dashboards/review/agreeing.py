"""The sections on how far people agree, and on frauds that need a second person."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.conf import settings

from labeling.domain.second_review import FRAUD, Reason
from labeling.domain.shares import Share, share_of
from labeling.selectors.checks import RandomPairs, Settled, random_pairs, settled_checks
from monitoring.domain.agreement import Pairs, pair_agreement
from monitoring.selectors.dashboards.review.measures import MeasureRow, measure_row

# The page says the same however often it is loaded.
SEED = 0
MEASURES = (
    ("raw", "Raw agreement", "Of all pairs, so many said the same.", "%"),
    (
        "positive",
        "Agreement on fraud",
        "Twice the pairs in which both said fraud, over all calls of fraud: what matters where"
        " fraud is rare.",
        "%",
    ),
    (
        "kappa",
        "Cohen’s kappa",
        "Agreement beyond what each one’s habits would bring by chance; 1 is perfect, 0 is"
        " chance. Low where fraud is rare, however well people agree.",
        "",
    ),
    (
        "ac1",
        "Gwet’s AC1",
        "The same against a chance that rare frauds do not inflate; high where fraud is rare,"
        " however badly people agree on it.",
        "",
    ),
)


@dataclass(frozen=True)
class AgreementSection:
    """The published agreement; `share` of all verdicts are drawn for it now."""

    share: float
    checked: bool
    found: RandomPairs
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class ConfirmationSection:
    """Frauds found where hardly any are: whether they stood, and the share that fell."""

    settled: Settled
    overturned: Share | None


def agreement_section(*, since: datetime, now: datetime) -> AgreementSection:
    """What pairs of the random lot say; one query."""
    found = random_pairs(since=since, until=now)
    pairs = Pairs(
        first=np.array([first == FRAUD for first, _, _ in found.pairs], dtype=np.bool_),
        second=np.array([second == FRAUD for _, second, _ in found.pairs], dtype=np.bool_),
        share=np.array([share for _, _, share in found.pairs], dtype=np.float64),
    )
    measured = pair_agreement(pairs, rng=np.random.default_rng(SEED))
    return AgreementSection(
        share=settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS,
        checked=settings.FRAUDREVIEW_SECOND_REVIEWS,
        found=found,
        rows=tuple(
            measure_row(title, definition, getattr(measured, name), unit=unit)
            for name, title, definition, unit in MEASURES
        ),
    )


def confirmation_section(*, since: datetime, now: datetime) -> ConfirmationSection:
    """What became of frauds that had to be confirmed; one query."""
    settled = settled_checks(Reason.CONFIRMATION, since=since, until=now)
    return ConfirmationSection(
        settled, overturned=share_of(settled.other, settled.same + settled.other)
    )
