"""Who is checked how often, and how they agree with the colleagues who looked again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from labeling.domain.lifecycle import TaskKind
from labeling.domain.second_review import (
    BY_LOT,
    STEPS,
    Agreement,
    count_pairs,
    either_share,
    newcomer_share,
)
from labeling.models import ReviewTask, SecondReviewDraw, SecondReviewShare, Verdict
from labeling.selectors.blindness import REVIEWER_ROLES

FIRST_LOOKS = (TaskKind.FIRST, TaskKind.AUDIT)
# Past the last step more experience changes nothing, so nobody counts further.
ENOUGH = STEPS[-1][0]


@dataclass(frozen=True, slots=True)
class CheckedReviewer:
    """One reviewer: experience in decided cases, the share that is checked, and what it showed.

    `word` is the lead's, where it and not experience says the share.
    """

    person: User
    decided: int
    share: float
    word: SecondReviewShare | None
    agreement: Agreement
    waiting: int

    @property
    def is_new(self) -> bool:
        """Whether experience alone would still have them checked more than everybody."""
        return self.decided < ENOUGH


def decided_cases(reviewer_id: int, *, besides_task: int | None = None) -> int:
    """How many first looks a reviewer has decided, counted up to the last step only."""
    done = ReviewTask.objects.filter(
        done_by_id=reviewer_id, status=ReviewTask.Status.DONE, kind__in=FIRST_LOOKS
    )
    if besides_task is not None:
        done = done.exclude(pk=besides_task)
    return done.order_by("done_at").values("pk")[:ENOUGH].count()


def checked_share(reviewer_id: int, *, besides_task: int | None = None) -> float:
    """The share to check besides the random lot: a lead's word, else by experience."""
    word = SecondReviewShare.objects.filter(reviewer_id=reviewer_id).order_by("-pk").first()
    if word is not None and word.percent is not None:
        return word.percent / 100
    return newcomer_share(decided_cases(reviewer_id, besides_task=besides_task))


def checked_pairs(
    *, since: datetime, until: datetime, reviewer_id: int | None = None
) -> QuerySet[SecondReviewDraw, Any]:
    """Checks by lot with both answers as first given: reviewer, when it was answered, values.

    Of all reviewers, or of verdicts of this one.

    A change after the reveal does not count here: it is no independent answer any more. Nor do
    checks for other reasons: those verdicts do not stand for the others.
    """
    second = Verdict.objects.filter(
        item_id=OuterRef("item_id"), task__kind=TaskKind.SECOND, supersedes=None
    )
    # Most lots missed, and an answer comes after its draw: the index leaves the others out.
    draws = SecondReviewDraw.objects.filter(
        reason__in=BY_LOT, item__isnull=False, drawn_at__lt=until
    )
    if reviewer_id is not None:
        draws = draws.filter(verdict__reviewer_id=reviewer_id)
    return (
        draws.annotate(
            second_value=Subquery(second.values("value")[:1]),
            answered_at=Subquery(second.values("given_at")[:1]),
        )
        .filter(answered_at__gte=since, answered_at__lt=until)
        .values_list("verdict__reviewer_id", "answered_at", "verdict__value", "second_value")
        # Both lots may have fallen on it.
        .order_by("item_id")
        .distinct("item_id")
    )


def checked_reviewers(*, since: datetime, now: datetime) -> list[CheckedReviewer]:
    """Everybody who reviews, the least experienced first; five queries for any number of them."""
    people = list(
        User.objects.filter(is_active=True, groups__name__in=REVIEWER_ROLES)
        .distinct()
        .annotate(decided=_decided())
        .order_by("decided", "username")
    )
    words = {
        word.reviewer_id: word
        for word in SecondReviewShare.objects.select_related("set_by").order_by("pk")
    }
    pairs: dict[int, list[tuple[str, str]]] = {}
    for reviewer_id, _, first, second in checked_pairs(since=since, until=now):
        pairs.setdefault(reviewer_id, []).append((first, second))
    waiting = dict(
        SecondReviewDraw.objects.filter(item__isnull=False, item__resolution="")
        .values_list("verdict__reviewer_id")
        .annotate(Count("item_id", distinct=True))
    )
    return [_checked(person, words, pairs, waiting) for person in people]


def _decided() -> Coalesce:
    done = (
        ReviewTask.objects.filter(
            done_by_id=OuterRef("pk"), status=ReviewTask.Status.DONE, kind__in=FIRST_LOOKS
        )
        .order_by()
        .values("done_by_id")
        .annotate(decided=Count("*"))  # of no column, so that the index alone can tell
    )
    return Coalesce(Subquery(done.values("decided")), 0)


def _checked(
    person: Any,
    words: Mapping[int, SecondReviewShare],
    pairs: Mapping[int, Sequence[tuple[str, str]]],
    waiting: Mapping[int, int],
) -> CheckedReviewer:
    word = words.get(person.pk)
    told = word if word is not None and word.percent is not None else None
    share = (told.percent or 0) / 100 if told else newcomer_share(person.decided)
    return CheckedReviewer(
        person=person,
        decided=person.decided,
        share=either_share(share, settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS),
        word=told,
        agreement=count_pairs(pairs.get(person.pk, ())),
        waiting=waiting.get(person.pk, 0),
    )
