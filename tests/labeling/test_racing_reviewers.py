"""Many reviewers at once, some of whom walk away: no task twice, none lost, no verdict twice."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Lock

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import CaseEvent, ReviewTask, Verdict
from scoring.domain.errors import LeaseLost
from scoring.models import CaseRequest, Disposition
from tests.labeling.payments import hold

LEGITIMATE = Judgement(VerdictValue.LEGITIMATE)


class Clock:
    """Minutes pass with every look, so that leases of those who walk away run out."""

    def __init__(self, start: datetime) -> None:
        self._now, self._lock = start, Lock()

    def tick(self, seconds: float) -> datetime:
        with self._lock:
            self._now += timedelta(seconds=seconds)
            return self._now


def prepare(tasks: int, reviewers: int, now: datetime) -> list[User]:
    for number in range(tasks):
        hold(now=now, amount=str(10 + number), minutes=10_000)
    while services.open_cases(now=now):
        pass
    analysts = Group.objects.get(name="analyst")
    people = [User.objects.create_user(f"racer-{number}") for number in range(reviewers)]
    for person in people:
        person.groups.add(analysts)
    return people


def review_until_empty(person: User, clock: Clock, seed: int) -> int:
    """Claim and judge until nothing is left; walk away from one task in six."""
    chance, refused = random.Random(seed), 0
    try:
        while ReviewTask.objects.filter(status__in=["open", "leased"]).exists():
            task = services.claim_task(reviewer=person, now=clock.tick(0.5))
            if task is None:
                clock.tick(30)
                continue
            if chance.random() < 1 / 6:
                clock.tick(90)
                if chance.random() < 0.5:
                    services.expire_leases(now=clock.tick(601))
            refused += not judged(person, task, clock)
        return refused
    finally:
        connection.close()


def judged(person: User, task: ReviewTask, clock: Clock) -> bool:
    try:
        services.record_verdict(
            task_id=task.pk,
            token=task.token,
            reviewer=person,
            judgements=LEGITIMATE,
            now=clock.tick(0.5),
        )
    except LeaseLost:
        return False
    return True


def assert_every_task_was_judged_once(tasks: int) -> None:
    assert Counter(ReviewTask.objects.values_list("status", flat=True)) == {"done": tasks}
    assert Verdict.objects.count() == tasks
    assert Disposition.objects.count() == tasks
    assert Verdict.objects.values("item").distinct().count() == tasks


def assert_no_two_leases_overlap() -> None:
    """Between two claims of a task lies its return to the queue."""
    last: dict[int, str] = {}
    for event in CaseEvent.objects.filter(
        type__in=["claimed", "lease_expired", "released", "verdict"]
    ).order_by("id"):
        if event.type == "claimed" and event.data["lane"] != "own":
            assert last.get(event.case_id) != "claimed", f"case {event.case_id} leased twice"
        last[event.case_id] = event.type


def race(tasks: int, reviewers: int) -> None:
    now = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
    people, clock = prepare(tasks, reviewers, now), Clock(now)
    with ThreadPoolExecutor(reviewers) as pool:
        work = [
            pool.submit(review_until_empty, person, clock, seed)
            for seed, person in enumerate(people)
        ]
        refused = sum(job.result() for job in work)
    assert refused > 0, "nobody lost a lease: the race did not happen"
    assert_every_task_was_judged_once(tasks)
    assert_no_two_leases_overlap()


def test_six_reviewers_share_sixty_tasks(committed_db: str) -> None:
    race(tasks=60, reviewers=6)


@pytest.mark.slow
def test_fifty_reviewers_share_a_thousand_tasks(committed_db: str) -> None:
    race(tasks=1000, reviewers=50)


def test_two_tabs_of_one_reviewer_get_the_same_task(committed_db: str) -> None:
    now = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
    (person,) = prepare(8, 1, now)

    def claim(_: int) -> int:
        try:
            task = services.claim_task(reviewer=person, now=now)
            return task.pk if task else 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        claimed = set(pool.map(claim, range(8)))
    assert len(claimed) == 1
    assert ReviewTask.objects.filter(status="leased").count() == 1


def test_two_workers_open_one_case_for_one_attack(committed_db: str) -> None:
    now = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
    for _ in range(40):
        hold(now=now, customer_id="victim")

    def open_all(_: int) -> int:
        opened = 0
        try:
            while CaseRequest.objects.filter(consumed_at=None).exists():
                opened += services.open_cases(now=now, limit=5)
            return opened
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        opened = sum(pool.map(open_all, range(4)))
    task = ReviewTask.objects.get()
    assert (opened, task.items.count(), task.at_stake) == (40, 40, 40 * 120)
