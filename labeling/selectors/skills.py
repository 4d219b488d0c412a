"""How often reviewers were right, from truth that is stronger than their own verdict."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef

from labeling.domain.second_review import BY_LOT, TELLING
from labeling.domain.skill import Skill, SkillSource, settled_value, skill_of
from labeling.models import Label, PracticeAnswer, Verdict
from labeling.selectors.checks import draws_of
from labeling.selectors.labels import resolved_labels
from labeling.selectors.second_reviews import FIRST_LOOKS

# Said by others than reviewers.
OUTCOMES = (
    Label.Source.CHARGEBACK,
    Label.Source.FRAUD_REPORT,
    Label.Source.CUSTOMER_CONFIRMATION,
    Label.Source.DISPUTE_REVERSAL,
)
VALUES = {1: "fraud", 0: "legitimate"}
MOST_VERDICTS = 50_000
Answer = tuple[int, str, str]


def reviewer_skills(
    *,
    since: datetime,
    until: datetime,
    reviewer_id: int | None = None,
    sources: Collection[SkillSource] = tuple(SkillSource),
) -> dict[int, Mapping[SkillSource, Skill]]:
    """By reviewer what each source of truth says; four queries for any number of them.

    Of verdicts given in [since, until), with the truth known then. Checks are those by lot: what
    two agree on counts as true, else the third person's word. A reviewer without any known case is
    not in here.
    """
    by_person: dict[int, dict[SkillSource, Skill]] = defaultdict(dict)
    for source in sources:
        told: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for person, said, truth in ANSWERS[source](since, until, reviewer_id):
            told[person].append((said, truth))
        for person, pairs in told.items():
            by_person[person][source] = skill_of(pairs)
    return dict(by_person)


def _checks(since: datetime, until: datetime, reviewer_id: int | None) -> Iterator[Answer]:
    draws = draws_of(BY_LOT)
    if reviewer_id is not None:
        draws = draws.filter(verdict__reviewer_id=reviewer_id)
    rows = (
        draws.filter(
            drawn_at__gte=since,  # never before the verdict, and there is an index
            verdict__given_at__gte=since,
            verdict__given_at__lt=until,
            answered_at__lt=until,
        )
        .order_by("item_id")
        .distinct("item_id")
        .values_list(
            "verdict__reviewer_id", "verdict__value", "second_value", "third_value", "settled_at"
        )
    )
    for person, first, second, third, settled_at in rows:
        known = settled_at is not None and settled_at < until
        truth = settled_value(first, second, third if known else None)
        if truth is not None:
            yield person, first, truth


def _outcomes(since: datetime, until: datetime, reviewer_id: int | None) -> Iterator[Answer]:
    outside = Label.objects.filter(
        transaction_id=OuterRef("item__transaction_id"), source__in=OUTCOMES, known_at__lt=until
    )
    verdicts = Verdict.objects.filter(
        Exists(outside),
        supersedes=None,
        value__in=TELLING,
        task__kind__in=FIRST_LOOKS,
        given_at__gte=since,
        given_at__lt=until,
    ).order_by("-pk")
    if reviewer_id is not None:
        verdicts = verdicts.filter(reviewer_id=reviewer_id)
    rows = list(
        verdicts.values_list("reviewer_id", "value", "item__transaction_id")[:MOST_VERDICTS]
    )
    found = resolved_labels(as_of=until, transaction_ids=[row[2] for row in rows])
    truths = {
        int(payment): VALUES[int(fraud)]
        for payment, fraud, source in zip(
            found.transaction_ids, found.is_fraud, found.sources, strict=True
        )
        if source in OUTCOMES and int(fraud) in VALUES
    }
    for person, said, payment in rows:
        if payment in truths:
            yield person, said, truths[payment]


def _practice(since: datetime, until: datetime, reviewer_id: int | None) -> Iterator[Answer]:
    answers = PracticeAnswer.objects.filter(given_at__gte=since, given_at__lt=until)
    if reviewer_id is not None:
        answers = answers.filter(reviewer_id=reviewer_id)
    yield from answers.values_list("reviewer_id", "value", "truth")


ANSWERS = {
    SkillSource.CHECKS: _checks,
    SkillSource.OUTCOMES: _outcomes,
    SkillSource.PRACTICE: _practice,
}
