"""Many reviewers at once, some of whom walk away or die: no task twice, none lost, no verdict
twice, and each lane served as declared."""

import multiprocessing
import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import Error, connection, connections, transaction
from scipy.stats import chisquare

from labeling import services
from labeling.domain.lifecycle import Judgement, TaskKind, VerdictValue
from labeling.domain.queue import LANE_SHARES, Lane
from labeling.models import CaseEvent, ReviewTask, Verdict
from labeling.selectors.desk import desk_settings, lane_shares
from scoring.domain.errors import LeaseLost
from scoring.models import CaseRequest, Disposition
from tests.labeling.desks import FIRST_TASK, Work, fill, people
from tests.labeling.payments import hold

LEGITIMATE = Judgement(VerdictValue.LEGITIMATE)
# Two interpreters judge twice as many as one.
FORK = multiprocessing.get_context("fork")
RETURNS = ("lease_expired", "released")
# Some tasks of a lane may be locked by claims that are under way.
ROOM = 10


class Clock:
    """Minutes pass with every look, for all processes, so that leases run out."""

    def __init__(self, start: datetime) -> None:
        self._start, self._passed = start, FORK.Value("d", 0.0)

    def tick(self, seconds: float) -> datetime:
        with self._passed.get_lock():
            self._passed.value += seconds
            return self._start + timedelta(seconds=self._passed.value)


class Racer:
    """Claims and judges until nothing is left, and every now and then something goes wrong."""

    def __init__(self, person: User, clock: Clock, seed: int, accidents: float) -> None:
        self.person, self.clock = person, clock
        self.chance, self.accidents = random.Random(seed), accidents
        self.refused = 0

    def race(self) -> int:
        """Return how often a verdict came too late."""
        try:
            while (task := self.claim()) or something_waits():
                if task is None:
                    self.clock.tick(30)
                    services.expire_leases(now=self.clock.tick(1))
                elif not self.meets_an_accident(task):
                    self.judge(task)
            return self.refused
        finally:
            connection.close()

    def claim(self) -> ReviewTask | None:
        return services.claim_task(reviewer=self.person, now=self.clock.tick(0.5))

    def meets_an_accident(self, task: ReviewTask) -> bool:
        """Whether this task is left as it is; its lease ends some time."""
        if self.chance.random() >= self.accidents:
            return False
        accident = self.chance.choice(
            [self.dies_judging, self.dies_claiming, self.walks_away, self.comes_back_late]
        )
        return accident(task)

    def dies_judging(self, task: ReviewTask) -> bool:
        """The connection breaks after the verdict was written and before it was committed."""
        with suppress(LeaseLost, Error), transaction.atomic():
            self.record(task)
            connection.connection.close()
        connection.close()
        return True

    def dies_claiming(self, task: ReviewTask) -> bool:
        """The lease is given back, and the next claim dies before its commit."""
        with suppress(LeaseLost):
            services.release_task(
                task_id=task.pk, token=task.token, reviewer=self.person, now=self.clock.tick(1)
            )
        with suppress(Error), transaction.atomic():
            self.claim()
            connection.connection.close()
        connection.close()
        return True

    def walks_away(self, task: ReviewTask) -> bool:
        """Nothing happens until the lease has ended and a sweep has come by."""
        self.clock.tick(601)
        services.expire_leases(now=self.clock.tick(1))
        return True

    def comes_back_late(self, task: ReviewTask) -> bool:
        """The verdict comes when the lease has ended, and is refused."""
        self.clock.tick(601)
        return False

    def judge(self, task: ReviewTask) -> None:
        try:
            self.record(task)
        except LeaseLost:
            self.refused += 1

    def record(self, task: ReviewTask) -> None:
        services.record_verdict(
            task_id=task.pk,
            token=task.token,
            reviewer=self.person,
            judgements=LEGITIMATE,
            now=self.clock.tick(0.5),
        )


def prepare(tasks: int, now: datetime) -> None:
    """Fill every lane with its share of the tasks, so that all of them end at about one time."""
    far, soon = now + timedelta(days=60), now + timedelta(minutes=20)
    shares = lane_shares(desk_settings())
    parts = {lane: round(tasks * share) for lane, share in shares.items()}
    parts[Lane.VALUE] += tasks - sum(parts.values())
    fill(
        [
            # Worth little, or the value lane would take them too.
            Work("value", parts[Lane.DUE_SOON], soon, rank=0.0001),
            Work("value", parts[Lane.VALUE], far),
            Work("learn", parts[Lane.LEARN], far),
            Work("audit", parts[Lane.AUDIT], far, TaskKind.AUDIT),
            Work("second", parts[Lane.SECOND], far, TaskKind.SECOND),
        ],
        now=now,
    )


def assert_every_task_was_judged_once(tasks: int) -> None:
    raced = ReviewTask.objects.filter(pk__gte=FIRST_TASK)
    assert Counter(raced.values_list("status", flat=True)) == {"done": tasks}
    verdicts = Verdict.objects.filter(task__in=raced)
    assert verdicts.count() == verdicts.values("item").distinct().count() == tasks
    audits = raced.filter(kind="audit").count()
    # An approved payment that is legitimate stays as it was.
    assert Disposition.objects.count() == tasks - audits
    assert Disposition.objects.values("transaction").distinct().count() == tasks - audits


def assert_no_two_leases_overlap() -> None:
    """Between two claims of a task lies its return to the queue."""
    last: dict[int, str] = {}
    for event in CaseEvent.objects.filter(
        type__in=["claimed", "lease_expired", "released", "verdict"]
    ).order_by("id"):
        if event.type == "claimed" and event.data["lane"] != "own":
            assert last.get(event.case_id) != "claimed", f"case {event.case_id} leased twice"
        last[event.case_id] = event.type


def served_while_all_lanes_had_work() -> Counter[str]:
    """How many claims each lane had, up to the moment at which the first one ran dry."""
    lane_of = {
        task.case_id: "due_soon" if task.lane == "value" and task.rank < 1 else task.lane
        for task in ReviewTask.objects.filter(pk__gte=FIRST_TASK)
    }
    waiting = Counter(lane_of.values())
    served: Counter[str] = Counter()
    for event in CaseEvent.objects.filter(type__in=["claimed", *RETURNS]).order_by("id"):
        lane = lane_of.get(event.case_id)
        if event.type != "claimed":
            waiting[lane or ""] += 1
        elif event.data["lane"] != "own":
            if min(waiting[lane] for lane in LANE_SHARES) < ROOM:
                break
            served[event.data["lane"]] += 1
            waiting[lane or ""] -= 1
    return served


def something_waits() -> bool:
    waiting = ReviewTask.objects.filter(status__in=["open", "leased"])
    return waiting.filter(pk__gte=FIRST_TASK).exists()


def race(tasks: int, reviewers: int, accidents: float, processes: int = 1) -> None:
    now = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
    prepare(tasks, now)
    clock = Clock(now)
    racers = [
        Racer(person, clock, seed, accidents) for seed, person in enumerate(people(reviewers))
    ]
    assert sum(race_in_processes(racers, processes)) > 0, "nobody lost a lease: no race"
    assert_every_task_was_judged_once(tasks)
    assert_no_two_leases_overlap()


def race_in_processes(racers: Sequence[Racer], number: int) -> list[int]:
    """Let each process race with its part of the racers; how often verdicts were refused."""
    connections.close_all()
    refused = [FORK.Value("i", 0) for _ in range(number)]
    running = [
        FORK.Process(target=race_in_threads, args=(racers[part::number], refused[part]))
        for part in range(number)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * number
    return [each.value for each in refused]


def race_in_threads(racers: Sequence[Racer], refused: Any) -> None:
    with ThreadPoolExecutor(len(racers)) as pool:
        refused.value = sum(pool.map(Racer.race, racers))


def test_six_reviewers_share_sixty_tasks(committed_db: str) -> None:
    race(tasks=60, reviewers=6, accidents=0.2)


@pytest.mark.slow
def test_fifty_reviewers_share_two_thousand_tasks_by_the_declared_shares(
    committed_db: str,
) -> None:
    race(tasks=2000, reviewers=50, accidents=0.02, processes=2)
    served = served_while_all_lanes_had_work()
    observed = [served[lane] for lane in LANE_SHARES]
    assert sum(observed) > 1000
    expected = [share * sum(observed) for share in LANE_SHARES.values()]
    # The draws depend on who comes first: one race in ten thousand may miss it by chance.
    assert chisquare(observed, expected).pvalue > 0.0001, served


def test_two_tabs_of_one_reviewer_get_the_same_task(committed_db: str) -> None:
    now = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
    prepare(8, now)
    (person,) = people(1)

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
