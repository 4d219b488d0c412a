"""From an empty database to a company in full swing, stage by stage."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import Count
from django.utils import timezone

from fraudreview.api_client import ApiClient
from fraudreview.demo import running
from fraudreview.demo.analysts import Shift, Truth
from fraudreview.demo.databases import begin_again, commit_without_waiting, require_no_payments
from fraudreview.demo.disputes import follow_disputes
from fraudreview.demo.feed import TRUTHS, remember, send
from fraudreview.demo.past import DemoError, import_past, train_first_model
from fraudreview.demo.people import (
    demo_password,
    make_colleagues,
    make_people,
    new_feed_key,
    new_reviewer_key,
)
from fraudreview.demo.processes import Processes
from fraudreview.demo.progress import stage
from fraudreview.demo.recent import replay, tell_late
from fraudreview.demo.refunds import refund_reported
from fraudreview.demo.world import DemoWorld, new_attack_number, new_world, read_world, write_world
from fraudreview.garbage import no_search_for_garbage
from fraudreview.simulation import messages_of
from fraudreview.simulation.reviewers.truths import add_truths
from labeling.models import Label, ReviewCase, ReviewItem, ReviewQueue
from monitoring.models import Report
from monitoring.services.audits import check_sample
from monitoring.services.label_errors import request_search
from monitoring.services.reports import run_report, run_reports
from scoring.models import Decision

ON_DUTY = ("alice", "bob", "lea")
MOST_ATTACKS = 4
ATTACK_SIZE = 3
DRIFT_DAYS = 4
GOAL_MINUTES = {"high-value": 120, "cross-border": 720, "general": 720}
FIRST_ATTACK_AGO = timedelta(minutes=20)
FIRST_ATTACK_TAKES = timedelta(minutes=6)


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    port: int
    days: int
    per_day: int
    feed: bool
    folder: Path

    @property
    def address(self) -> str:
        """Return where the pages are."""
        return f"http://localhost:{self.port}"


@dataclass(frozen=True)
class Ready:
    """What the demo says when everything runs."""

    ready_seconds: float
    address: str
    open_cases: int
    decisions: int
    labels: int

    def to_numbers(self) -> dict[str, float | int | str]:
        """Return the same as JSON holds it."""
        return asdict(self)


def begin(options: Options, processes: Processes) -> Ready:
    """Bring everything up and return the numbers of a populated installation.

    Raises DemoError where something stands in the way.
    """
    began = time.monotonic()
    running.require_free(options.port)
    with stage("PostgreSQL, Valkey, tables"):
        world = _prepare(options)
        people = make_people(password=demo_password(options.folder / "password"))
    # It takes seconds to come up, on a core that is idle now.
    running.start_web(processes, options.port)
    is_new = world is None
    world = world or _fill(options, people, processes)
    running.start_workers(processes, options.folder)
    # While the workers come up.
    with stage("Reports for the dashboards"):
        run_reports(now=timezone.now())
        check_sample(now=timezone.now())
    with stage("An attack, by REST and workers"):
        key = new_feed_key(now=timezone.now())
        running.wait_until_serving(processes, options.address)
        _attack(ApiClient(options.address, key), world, processes, options.folder / TRUTHS)
    if is_new:
        # A worker looks for labels that the data contradict; nobody has to wait for it.
        request_search(by=None, now=timezone.now())
    if options.feed:
        running.start_feed(processes, options.address, _world_file(options), key)
        _start_colleagues(options, processes)
    return _ready(options, began)


def _start_colleagues(options: Options, processes: Processes) -> None:
    for seed, (name, person) in enumerate(make_colleagues().items()):
        key = new_reviewer_key(person, now=timezone.now())
        world_file = _world_file(options)
        running.start_colleague(processes, name, options.address, world_file, key, seed)


def _prepare(options: Options) -> DemoWorld | None:
    """Return the world of an earlier start whose past is in the database, or None."""
    world = read_world(_world_file(options))
    if world is None:
        require_no_payments()
    elif not world.complete:
        begin_again()
    with no_search_for_garbage():
        call_command("migrate", interactive=False, verbosity=0)
    return world if world and world.complete else None


def _world_file(options: Options) -> Path:
    return options.folder / "world.json"


def _fill(options: Options, people: dict[str, User], processes: Processes) -> DemoWorld:
    world = new_world(days=options.days, per_day=options.per_day, now=timezone.now())
    write_world(_world_file(options), world)
    commit_without_waiting()
    history = world.history(until=timezone.now())
    before = history.filter(pl.col("occurred_at") < world.live_from)
    with stage(f"Import of {world.days} days", before.height) as bar:
        import_past(before, folder=options.folder, now=world.live_from, bar=bar)
    with stage("Training of the first model"):
        train_first_model(by=people["dana"], since=world.learn_from, now=world.live_from)
    _set_goals()
    truths = history.select("external_id", "is_fraud").iter_rows()
    add_truths(options.folder / TRUTHS, truths)
    _replay(world, history, people)
    # They take seconds to come up; what they would decide has been decided.
    running.start_workers(processes, options.folder)
    with stage("What became known since"):
        _tell(world, history, people)
    complete = replace(world, complete=True)
    write_world(_world_file(options), complete)
    return complete


def _set_goals() -> None:
    """Goals that this desk can keep: its policy holds payments for half a day."""
    for name, minutes in GOAL_MINUTES.items():
        ReviewQueue.objects.filter(name=name).update(sla_minutes=minutes)


def _replay(world: DemoWorld, history: pl.DataFrame, people: dict[str, User]) -> None:
    items = messages_of(history, (world.live_from, 1.0))
    payments = sum(item.kind == "transaction" for item in items)
    shift = Shift(
        people=[people[name] for name in ON_DUTY],
        truths=_truths(history),
        chance=np.random.default_rng(world.seed),
    )
    days = [world.today - timedelta(days=days) for days in range(DRIFT_DAYS, -1, -1)]
    with stage("Decisions, reviews and labels", payments) as bar:

        def done(now: datetime, decided: int) -> None:
            bar.update(decided)
            # Each as of its midnight, while the people still work: they take longer.
            while days and days[0] <= now:
                run_report(kind=Report.Kind.DRIFT, now=days.pop(0))

        replay(items, begin=world.live_from, end=timezone.now(), shift=shift, done=done)


def _tell(world: DemoWorld, history: pl.DataFrame, people: dict[str, User]) -> None:
    now = timezone.now()
    tell_late(history, since=world.live_from, until=now)
    follow_disputes(history, reviewer=people["lea"], until=now)
    refund_reported(until=now)


def _truths(history: pl.DataFrame) -> dict[str, Truth]:
    columns = history.select("external_id", "is_fraud", "fraud_pattern").iter_rows()
    return {name: Truth(is_fraud, pattern or "") for name, is_fraud, pattern in columns}


def _attack(client: ApiClient, world: DemoWorld, processes: Processes, truths: Path) -> None:
    """Attack until one attack lies in the queue as a case; the model may block some outright."""
    for _ in range(MOST_ATTACKS):
        at = timezone.now() - FIRST_ATTACK_AGO
        items = world.attack(number=new_attack_number(), at=at, within=FIRST_ATTACK_TAKES)
        remember(items, truths)
        for item in items:
            if not send(client, item):
                raise DemoError(f"The API refused {item.body}")
        running.wait_until_decided(processes)
        if _case_size([item.external_id for item in items]) >= ATTACK_SIZE:
            return


def _case_size(external_ids: Sequence[str]) -> int:
    """Return how many of these payments wait together in the largest case."""
    waiting = ReviewItem.objects.filter(transaction__external_id__in=external_ids, kind="review")
    sizes = waiting.values_list("case_id").annotate(size=Count("pk"))
    return max((size for _, size in sizes), default=0)


def _ready(options: Options, began: float) -> Ready:
    return Ready(
        ready_seconds=round(time.monotonic() - began, 1),
        address=options.address,
        open_cases=ReviewCase.objects.exclude(status=ReviewCase.Status.CLOSED).count(),
        decisions=Decision.objects.count(),
        labels=Label.objects.count(),
    )
