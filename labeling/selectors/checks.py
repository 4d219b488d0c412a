"""What came of checks: the independent answers, and what the third person settled."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from labeling.domain.lifecycle import TaskKind
from labeling.domain.second_review import FRAUD, LEGITIMATE, TELLING, Reason
from labeling.models import SecondReviewDraw, Verdict


@dataclass(frozen=True, slots=True)
class RandomPairs:
    """Answers to checks of the random lot: first and second verdict, and the share drawn then.

    `unsure` counts further pairs in which somebody could not tell, `waiting` checks without answer.
    """

    pairs: Sequence[tuple[str, str, float]]
    unsure: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the checks of one reason."""

    same: int
    other: int
    undecided: int
    waiting: int

    @property
    def asked(self) -> int:
        """How many were opened."""
        return self.same + self.other + self.undecided + self.waiting


def draws_of(reasons: Collection[Reason]) -> QuerySet[Any, Any]:
    """Draws that led to a check, with `second_value`, `third_value`, `answered_at`, `settled_at`.

    Answers as first given: what was changed after a reveal is no independent answer any more.
    """
    return SecondReviewDraw.objects.filter(reason__in=list(reasons), item__isnull=False).annotate(
        second_value=_answer(TaskKind.SECOND, "value"),
        third_value=_answer(TaskKind.ADJUDICATION, "value"),
        answered_at=_answer(TaskKind.SECOND, "given_at"),
        settled_at=_answer(TaskKind.ADJUDICATION, "given_at"),
    )


def random_pairs(*, since: datetime, until: datetime) -> RandomPairs:
    """Checks of the random lot that fell in [since, until); one query."""
    rows = list(
        draws_of([Reason.RANDOM])
        .filter(drawn_at__gte=since, drawn_at__lt=until)
        .values_list("verdict__value", "second_value", "share")
    )
    told = [row for row in rows if row[1] in TELLING]
    waiting = sum(second is None for _, second, _ in rows)
    return RandomPairs(told, unsure=len(rows) - len(told) - waiting, waiting=waiting)


def settled_checks(reason: Reason, *, since: datetime, until: datetime) -> Settled:
    """What became of the checks for one reason that were opened in [since, until); one query.

    `same` and `other` say whether the checked value stood, by the second person or the third.
    """
    stood = Q(second_value=F("verdict__value")) | Q(third_value=F("verdict__value"))
    fell = ~stood & Q(third_value__in=(FRAUD, LEGITIMATE))
    waiting = Q(item__resolution="")
    counted: dict[str, Any] = (
        draws_of([reason])
        .filter(drawn_at__gte=since, drawn_at__lt=until)
        .aggregate(
            all=Count("pk"),
            same=Count("pk", filter=stood & ~waiting),
            other=Count("pk", filter=fell & ~waiting),
            waiting=Count("pk", filter=waiting),
        )
    )
    decided = counted["same"] + counted["other"] + counted["waiting"]
    return Settled(counted["same"], counted["other"], counted["all"] - decided, counted["waiting"])


def _answer(kind: TaskKind, field: str) -> Subquery:
    answers = Verdict.objects.filter(item_id=OuterRef("item_id"), task__kind=kind, supersedes=None)
    return Subquery(answers.values(field)[:1])
