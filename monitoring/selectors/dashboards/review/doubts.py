"""The section on labels that a model doubts, and what people made of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from labeling.domain.second_review import Reason
from labeling.domain.skill import settled_value
from labeling.selectors.checks import draws_of
from monitoring.models import LabelErrorSearch

LATELY = timedelta(days=90)
MOST_ROWS = 20
BECAME = {True: "stood", False: "overturned", None: "nobody could tell"}


@dataclass(frozen=True)
class DoubtRow:
    """A doubted label that people have settled; `became` says how."""

    external_id: str
    value: str
    self_confidence: float
    became: str
    found_at: datetime


@dataclass(frozen=True)
class DoubtsSection:
    """The newest search, and doubts that people have settled, newest first.

    What still waits for a blind look is not among them: its label must not be seen before.
    """

    weekly: int
    newest: LabelErrorSearch | None
    waiting: LabelErrorSearch | None
    rows: tuple[DoubtRow, ...]


def doubts_section(*, now: datetime) -> DoubtsSection:
    """What the searches of 90 days found, as it stands now; two queries."""
    searches = list(LabelErrorSearch.objects.order_by("-pk")[:2])
    done = [search for search in searches if search.finished_at is not None]
    open_ones = [search for search in searches if search.finished_at is None]
    return DoubtsSection(
        weekly=settings.FRAUDREVIEW_LABEL_ERROR_REVIEWS,
        newest=done[0] if done else None,
        waiting=open_ones[0] if open_ones else None,
        rows=_rows(now - LATELY, now),
    )


def _rows(since: datetime, now: datetime) -> tuple[DoubtRow, ...]:
    rows = (
        draws_of([Reason.LABEL_ERROR])
        .filter(drawn_at__gte=since, drawn_at__lt=now, label_error__isnull=False)
        .exclude(item__resolution="")
        .order_by("-pk")
        .values_list(
            "item__transaction__external_id",
            "label_error__value",
            "label_error__self_confidence",
            "second_value",
            "third_value",
            "drawn_at",
        )[:MOST_ROWS]
    )
    return tuple(
        DoubtRow(name, value, confidence, _became(value, second, third), at)
        for name, value, confidence, second, third, at in rows
    )


def _became(value: str, second: str | None, third: str | None) -> str:
    truth = settled_value(value, second or "", third)
    return BECAME[None if truth is None else truth == value]
