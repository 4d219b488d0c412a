"""The answers that a table carries: what was true, and since when that is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scoring.domain.errors import FieldError
from scoring.domain.mapping.definition import LabelSource, label_columns, plain_answer
from scoring.domain.mapping.times import UnreadableTime, described, moments

FRAUD = "fraud"
LEGITIMATE = "legitimate"
Column = Sequence[object]
Faults = dict[int, list[FieldError]]


@dataclass(frozen=True, slots=True)
class GivenLabel:
    """An answer as the table gives it; texts are empty where it is silent."""

    value: str
    known_at: datetime
    source: str = ""
    fraud_type: str = ""
    reason: str = ""


class LabelReader:
    """Reads the answers of a table; without a label section there are none."""

    def __init__(self, labels: LabelSource | None, delay: timedelta) -> None:
        self._labels = labels
        self._delay = delay

    @classmethod
    def of(
        cls, labels: LabelSource | None, columns: Sequence[str], delay: timedelta
    ) -> "LabelReader":
        """A reader for a table with these `columns`, which may lack optional labels."""
        if labels and labels.optional and not set(columns).issuperset(label_columns(labels)):
            return cls(None, delay)
        return cls(labels, delay)

    def read(
        self,
        columns: Mapping[str, Column],
        fields: Mapping[str, Sequence[object]],
        count: int,
        faults: Faults,
    ) -> list[GivenLabel | None]:
        """One answer per row; `fields` has the column of `occurred_at`, from which delays run."""
        if self._labels is None:
            return [None] * count
        answers = self._values(self._labels, columns[self._labels.column], faults)
        dated = self._known_at(self._labels, columns, fields.get("occurred_at"), count, faults)
        sources = _texts(columns, self._labels.source, count)
        types = _texts(columns, self._labels.fraud_type, count)
        reasons = _texts(columns, self._labels.reason, count)
        return [
            None if value is None or known_at is None else GivenLabel(value, known_at, *texts)
            for value, known_at, *texts in zip(answers, dated, sources, types, reasons, strict=True)
        ]

    def _values(self, labels: LabelSource, column: Column, faults: Faults) -> list[str | None]:
        known: dict[object, str | None] = {}
        answers = []
        for index, value in enumerate(column):
            answer = None if value is None else plain_answer(value)
            if answer not in known:
                known[answer] = _meaning(labels, answer)
            if answer and known[answer] is None:
                message = f"{str(value)[:50]!r} means neither fraud nor legitimate."
                faults.setdefault(index, []).append(FieldError("label", "unknown_label", message))
            answers.append(known[answer])
        return answers

    def _known_at(
        self,
        labels: LabelSource,
        columns: Mapping[str, Column],
        occurred: Sequence[object] | None,
        count: int,
        faults: Faults,
    ) -> list[datetime | None]:
        """Since when each answer is known: as stated, else `delay` after the payment.

        A table that says an answer was known at its payment's own moment does not know better;
        believing it would let a payment see its own answer.
        """
        stated = moments(labels.known_at, columns) if labels.known_at else [None] * count
        dated: list[datetime | None] = []
        for index, (at, moment) in enumerate(zip(occurred or [None] * count, stated, strict=True)):
            if isinstance(moment, UnreadableTime) and labels.known_at:
                message = f"This is not {described(labels.known_at)}."
                faults.setdefault(index, []).append(
                    FieldError("label_known_at", "invalid", message)
                )
            if not isinstance(at, datetime):
                dated.append(None)
            elif isinstance(moment, datetime) and moment > at:
                dated.append(moment)
            else:
                dated.append(at + self._delay)
        return dated


def _meaning(labels: LabelSource, answer: str | None) -> str | None:
    if answer in labels.fraud:
        return FRAUD
    return LEGITIMATE if answer in labels.legitimate else None


def _texts(columns: Mapping[str, Column], name: str | None, count: int) -> list[str]:
    if name is None:
        return [""] * count
    return ["" if value is None else str(value).strip() for value in columns[name]]
