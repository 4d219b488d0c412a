"""What one reviewer did week by week, and how the truth and colleagues saw it later."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Max, Q
from django.utils import timezone

from labeling.domain.second_review import FEWEST_PAIRS, TELLING, Agreement, count_pairs
from labeling.domain.shares import Share, share_of
from labeling.domain.skill import TITLES, Skill
from labeling.domain.weeks import OLD_ENOUGH, WEEKS, Task, Week, monday_of, weeks
from labeling.models import CaseEvent, PendingVerdict, PracticeAnswer, ReviewTask, Verdict
from labeling.selectors.my_day import contradicted_later
from labeling.selectors.second_reviews import checked_pairs
from labeling.selectors.skills import reviewer_skills

EVENTS = ("skipped", "escalated")


@dataclass(frozen=True, slots=True)
class MyWeeks:
    """Eight weeks, and what they add up to; a share is None where too few stand behind it.

    `old` is how many of the verdicts are old enough to have been contradicted. `skills` say what
    each source of truth knew at `whole_until`, the Monday of this week, of the weeks before it.
    """

    weeks: tuple[Week, ...]
    contradicted: Share | None
    verdicts: int
    old: int
    pairs: Agreement
    agreement: Share | None
    fraud_agreement: Share | None
    practice: Share | None
    skills: tuple[tuple[str, Skill], ...]
    whole_until: date

    @property
    def most_cases(self) -> int:
        """The busiest week, for the scale of the bars."""
        return max(week.cases for week in self.weeks)


def my_weeks(*, reviewer: User, now: datetime) -> MyWeeks:
    """The last eight weeks of this reviewer in the reader's zone; nine queries."""
    today = timezone.localtime(now).date()
    first = monday_of(today) - timedelta(weeks=WEEKS - 1)
    since = timezone.make_aware(datetime.combine(first, time()))
    tasks = _tasks(reviewer, since)
    told = weeks(tasks, _events(reviewer, since), today=today)
    pairs = count_pairs(
        [
            (mine, second)
            for _, _, mine, second in checked_pairs(since=since, until=now, reviewer_id=reviewer.pk)
        ]
    )
    verdicts = sum(task.told for task in tasks)
    old = sum(task.told for task in tasks if today - task.day >= OLD_ENOUGH)
    contradicted = sum(task.contradicted for task in tasks)
    return MyWeeks(
        weeks=told,
        contradicted=share_of(contradicted, verdicts),
        verdicts=verdicts,
        old=old,
        pairs=pairs,
        agreement=share_of(pairs.agreeing, pairs.pairs, least=FEWEST_PAIRS),
        fraud_agreement=_positive(pairs),
        practice=_practice(reviewer, since),
        skills=_skills(reviewer, since, today),
        whole_until=monday_of(today),
    )


def _positive(pairs: Agreement) -> Share | None:
    """Positive agreement 2a / (2a + b + c), with the interval of a / (a + b + c) put through it.

    A payment that both called fraud is one observation, though it counts twice.
    """
    jaccard = share_of(pairs.both_fraud, pairs.called_fraud, least=FEWEST_PAIRS)
    if jaccard is None:
        return None
    low, high = (2 * end / (1 + end) for end in (jaccard.low, jaccard.high))
    calls = pairs.both_fraud + pairs.called_fraud
    return Share(2 * pairs.both_fraud, calls, low, high)


def _tasks(reviewer: User, since: datetime) -> list[Task]:
    wrong = contradicted_later() & Q(value__in=TELLING)
    rows = (
        Verdict.objects.filter(
            reviewer=reviewer,
            supersedes=None,
            task__status=ReviewTask.Status.DONE,
            task__done_at__gte=since,
        )
        .annotate(wrong=wrong)
        .values("task_id", "task__done_at")
        .annotate(
            payments=Count("pk"),
            told=Count("pk", filter=Q(value__in=TELLING)),
            contradicted=Count("pk", filter=Q(wrong=True)),
            seconds=Max("active_seconds"),
        )
    )
    return [
        Task(
            timezone.localtime(row["task__done_at"]).date(),
            row["payments"],
            row["told"],
            row["contradicted"],
            row["seconds"],
        )
        for row in rows
    ]


def _events(reviewer: User, since: datetime) -> list[tuple[date, str]]:
    given = CaseEvent.objects.filter(
        actor=reviewer, type__in=EVENTS, occurred_at__gte=since
    ).values_list("occurred_at", "type")
    undone = PendingVerdict.objects.filter(
        reviewer=reviewer, end=PendingVerdict.End.UNDONE, given_at__gte=since
    ).values_list("given_at", "end")
    return [(timezone.localtime(at).date(), kind) for at, kind in [*given, *undone]]


def _skills(reviewer: User, since: datetime, today: date) -> tuple[tuple[str, Skill], ...]:
    """Of whole past weeks only: what moves with every case is a game, and not a measure."""
    until = timezone.make_aware(datetime.combine(monday_of(today), time()))
    found = reviewer_skills(since=since, until=until, reviewer_id=reviewer.pk)
    mine = found.get(reviewer.pk, {})
    return tuple((title, mine[source]) for source, title in TITLES.items() if source in mine)


def _practice(reviewer: User, since: datetime) -> Share | None:
    answers = PracticeAnswer.objects.filter(reviewer=reviewer, given_at__gte=since)
    told = list(answers.values_list("value", "truth"))
    return share_of(sum(value == truth for value, truth in told), len(told))
