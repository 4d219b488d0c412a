"""Labels read back: all claims of one payment, and resolved labels of many at a moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from numpy.typing import NDArray

from labeling.domain.label_timeline import ClaimStep, claim_steps, conflict_sentence
from labeling.domain.resolution import Claim, ResolvedLabel, resolve
from labeling.domain.resolution_sql import resolved_labels_sql
from labeling.models import Label

CLAIM_FIELDS = tuple(field.name for field in fields(Claim) if field.name != "id")
_CODES = {"fraud": 1, "legitimate": 0, "unknown": -1}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One claim as a page shows it: the stored label, and what it means and changed."""

    label: Label
    step: ClaimStep


@dataclass(frozen=True, slots=True)
class LabelTimeline:
    """All claims about one transaction, oldest first, and what they amount to.

    `conflict` says in words who contradicts whom; it is empty where nobody does.
    """

    entries: tuple[TimelineEntry, ...]
    resolved: ResolvedLabel
    conflict: str


NOTHING_SAID = LabelTimeline((), ResolvedLabel(None), "")


@dataclass(frozen=True, slots=True)
class ResolvedLabels:
    """Resolved labels of n transactions, in ascending order of their ids; all arrays (n,).

    is_fraud: 1 fraud, 0 legitimate, -1 unknown. known_at: UTC, when that was first claimed.
    trains: whether a model may learn from it. heads: how many people's opinions carry it, 0 where
    something stronger does. Transactions without any claim are not in here.
    """

    transaction_ids: NDArray[np.int64]
    is_fraud: NDArray[np.int8]
    known_at: NDArray[np.datetime64]
    sources: NDArray[np.str_]
    conflicts: NDArray[np.bool_]
    trains: NDArray[np.bool_]
    heads: NDArray[np.int64]


def claim_of(label: Label) -> Claim:
    """The stored `label` as the rule of resolution takes it."""
    return Claim(id=label.pk, **{name: getattr(label, name) for name in CLAIM_FIELDS})


def claims_of(transaction_id: int, *, as_of: datetime | None = None) -> list[Claim]:
    """The claims about one transaction in the order in which they became known."""
    return [claim_of(label) for label in _labels(transaction_id, as_of)]


def claims_about(transaction_ids: Sequence[int]) -> Iterator[Claim]:
    """The claims about many transactions, in no order; one array is sent, however many."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {', '.join(CLAIM_FIELDS)} FROM labeling_label"  # noqa: S608 (constants)
            " WHERE transaction_id = ANY(%s)",
            [list(transaction_ids)],
        )
        for id_, *values in cursor.fetchall():
            yield Claim(**dict(zip(CLAIM_FIELDS, values, strict=True)), id=id_)


def timeline_of(transaction_id: int, *, as_of: datetime | None = None) -> LabelTimeline:
    """The claims about one transaction for a page, with their reviewers; one query."""
    labels = list(_labels(transaction_id, as_of).select_related("reviewer"))
    if not labels:
        return NOTHING_SAID
    claims = [claim_of(label) for label in labels]
    steps = claim_steps(claims)
    return LabelTimeline(
        entries=tuple(TimelineEntry(*pair) for pair in zip(labels, steps, strict=True)),
        resolved=steps[-1].after,
        conflict=conflict_sentence(claims),
    )


def resolved_label(transaction_id: int, *, as_of: datetime) -> ResolvedLabel:
    """What we held for true about one transaction at `as_of`."""
    return resolve(claims_of(transaction_id, as_of=as_of), as_of=as_of)


def resolved_labels(
    *, as_of: datetime, transaction_ids: Sequence[int] | None = None
) -> ResolvedLabels:
    """The resolved labels of these transactions, or of all, as known at `as_of`."""
    where = "TRUE" if transaction_ids is None else "label.transaction_id = ANY(%(ids)s)"
    ids = [] if transaction_ids is None else [int(number) for number in transaction_ids]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT transaction_id, value, known_at AT TIME ZONE 'UTC', source, conflict, trains,"  # noqa: S608 (made of constants)
            f" heads FROM ({resolved_labels_sql(where=where)}) resolved ORDER BY transaction_id",
            {"as_of": as_of, "ids": ids},
        )
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * 7
    return ResolvedLabels(
        transaction_ids=np.array(columns[0], dtype=np.int64),
        is_fraud=np.array([_CODES[value] for value in columns[1]], dtype=np.int8),
        known_at=np.array(columns[2], dtype="datetime64[us]"),
        sources=np.array(columns[3], dtype=np.str_),
        conflicts=np.array(columns[4], dtype=np.bool_),
        trains=np.array(columns[5], dtype=np.bool_),
        heads=np.array(columns[6], dtype=np.int64),
    )


def _labels(transaction_id: int, as_of: datetime | None) -> QuerySet[Label]:
    labels = Label.objects.filter(transaction_id=transaction_id)
    if as_of is not None:
        labels = labels.filter(known_at__lte=as_of)
    return labels.order_by("known_at", "id")
