"""What flagging got right and wrong, class by class."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int8]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rows by truth and by whether they were flagged."""

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int

    @classmethod
    def count(cls, labels: Integers, flagged: Booleans) -> "Confusion":
        """The matrix of labels (n,) of 0 and 1 and flags (n,)."""
        fraud = labels == 1
        return cls(
            int((fraud & flagged).sum()),
            int((~fraud & flagged).sum()),
            int((fraud & ~flagged).sum()),
            int((~fraud & ~flagged).sum()),
        )

    @property
    def flagged(self) -> int:
        """Rows that were flagged."""
        return self.true_positives + self.false_positives

    @property
    def frauds(self) -> int:
        """Rows that are fraud."""
        return self.true_positives + self.false_negatives

    @property
    def legitimate(self) -> int:
        """Rows that are legitimate."""
        return self.false_positives + self.true_negatives

    @property
    def rows(self) -> int:
        """All rows."""
        return self.frauds + self.legitimate

    def to_numbers(self) -> dict[str, int]:
        """The same as JSON can hold it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ClassReport:
    """How one class was recognised, each share in [0, 1]; `support` is its number of rows."""

    precision: float
    recall: float
    f1_score: float
    support: int


def classification_report(confusion: Confusion) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and support of both classes; a share of nothing is 0."""
    fraud = _class_report(
        confusion.true_positives, confusion.false_positives, confusion.false_negatives
    )
    legitimate = _class_report(
        confusion.true_negatives, confusion.false_negatives, confusion.false_positives
    )
    return {"legitimate": asdict(legitimate), "fraud": asdict(fraud)}


def _class_report(right: int, wrong: int, missed: int) -> ClassReport:
    return ClassReport(
        precision=_share(right, right + wrong),
        recall=_share(right, right + missed),
        f1_score=_share(2 * right, 2 * right + wrong + missed),
        support=right + missed,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
