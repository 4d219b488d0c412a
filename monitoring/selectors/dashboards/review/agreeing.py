"""The sections on how far people agree, and on frauds that need a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from labeling.domain.shares import Share, share_of
from labeling.selectors.checks import Settled
from monitoring.domain.estimation import from_dict
from monitoring.selectors.dashboards.review.measures import MeasureRow, measure_row

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
    """The published agreement of so many pairs; `share` of all verdicts are drawn for it now.

    In `unsure` further pairs somebody could not tell, `waiting` checks have no answer.
    """

    share: float
    checked: bool
    pairs: int
    unsure: int
    waiting: int
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class ConfirmationSection:
    """Frauds found where hardly any are: whether they stood, and the share that fell."""

    settled: Settled
    overturned: Share | None


def agreement_section(stored: Mapping[str, Any]) -> AgreementSection:
    """What the report says of pairs of the random lot."""
    return AgreementSection(
        share=settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS,
        checked=settings.FRAUDREVIEW_SECOND_REVIEWS,
        pairs=stored["pairs"],
        unsure=stored["unsure"],
        waiting=stored["waiting"],
        rows=tuple(
            measure_row(title, definition, from_dict(stored["measures"][name]), unit=unit)
            for name, title, definition, unit in MEASURES
        ),
    )


def confirmation_section(stored: Mapping[str, int]) -> ConfirmationSection:
    """What became of frauds that had to be confirmed, as the report counts them."""
    settled = Settled(**stored)
    return ConfirmationSection(
        settled, overturned=share_of(settled.other, settled.same + settled.other)
    )
