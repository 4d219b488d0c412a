"""The review desk with a long queue: claims by fifty reviewers, case pages, searches.

Claims are timed in this process around the service: each reviewer takes a case every fifteen
seconds, while all the others hold theirs. Pages are asked of the product's web server by one
reader, one after the other, and timed to their last byte.
"""

import http.client
import queue
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from bench import desk_world, processes
from bench.base import Base
from bench.databases import database, settle
from bench.installation import HOST
from bench.options import Options
from bench.progress import say
from bench.statistics import milliseconds
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import ReviewTask
from labeling.services import claim_task, record_verdict, release_task, skip_task
from scoring.models import Transaction

JUDGEMENT = Judgement(VerdictValue.LEGITIMATE)
# Faster than anybody reads a case.
SECONDS_EACH = 15.0
# Connections that serve them, as the threads of a web process do; the first claims only plan.
CONNECTIONS = 8
WARM_UP_SECONDS = 20.0
PAGES = 200
WARM_PAGES = 20


def measure(options: Options, base: Base) -> dict[str, Any]:
    """Return the times of claims, verdicts, case pages and searches in milliseconds."""
    with database("desk"):
        world = desk_world.fill(base.trained, options=options, now=timezone.now())
        people = desk_world.reviewers(options.desk_reviewers, seed=options.seed)
        settle()
        waiting = Counter(ReviewTask.objects.filter(status="open").values_list("lane", flat=True))
        claims = claimed_and_judged(people, seconds=options.desk_seconds)
        with signed_in_reader(options, people[0]) as read:
            pages = case_pages(people[0], read)
            searches = timed_searches(read)
    found = {
        "history_rows": world.rows,
        "open_tasks": dict(waiting),
        "reviewers": len(people),
        "claims": claims,
        "case_page_milliseconds": pages,
        "search_milliseconds": searches,
    }
    say(f"claim p95 {claims['claim_milliseconds']['p95']:.1f} ms, case page {pages['p95']:.0f} ms")
    return found


def claimed_and_judged(people: Sequence[User], *, seconds: float) -> dict[str, Any]:
    """Let everybody hold a case and take the next one at their pace; return the times.

    As many connections as a web server has serve all of them. Each gives the case before back
    first, so that as many are held as there are people. Verdicts follow alone.
    """
    times: list[float] = []
    pace, started = SECONDS_EACH / len(people), time.perf_counter() + 0.5
    turns = queue.Queue[tuple[int, User]]()
    for turn in range(round((WARM_UP_SECONDS + seconds) / pace)):
        turns.put((turn, people[turn % len(people)]))

    def serve() -> None:
        try:
            while True:
                turn, person = turns.get_nowait()
                due = turn * pace
                time.sleep(max(0.0, started + due - time.perf_counter()))
                _give_back(person)
                taken, _ = _timed(partial(claim_task, reviewer=person, now=timezone.now()))
                if due >= WARM_UP_SECONDS:
                    times.append(taken)
        except queue.Empty:
            return
        finally:
            connection.close()

    threads = [threading.Thread(target=serve) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = {task.leased_by_id: task for task in ReviewTask.objects.filter(status="leased")}
    verdicts = [_timed(partial(_judge, held[p.pk], p))[0] for p in people if p.pk in held]
    return {
        "claims": len(times),
        "claim_milliseconds": milliseconds(sorted(times)),
        "verdict_milliseconds": milliseconds(sorted(verdicts)),
    }


def _give_back(person: User) -> None:
    task = ReviewTask.objects.filter(leased_by=person).first()
    if task:
        release_task(task_id=task.pk, token=task.token, reviewer=person, now=timezone.now())


def _judge(task: ReviewTask, person: User) -> object:
    return record_verdict(
        task_id=task.pk, token=task.token, reviewer=person, judgements=JUDGEMENT, now=timezone.now()
    )


@contextmanager
def signed_in_reader(options: Options, person: User) -> Iterator[Callable[[str], float]]:
    """Yield a function that reads a page as this person and returns the seconds it took."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    processes.collect_static()
    with processes.web(options, 1) as (_, port):
        server = http.client.HTTPConnection(HOST, port, timeout=60)

        def read(path: str) -> float:
            taken, answer = _timed(lambda: _got(server, path, cookie))
            # The whole id of one payment leads on to that payment.
            if answer not in (200, 302):
                raise RuntimeError(f"{path} answered {answer}")
            return taken

        yield read
        server.close()


def _got(server: http.client.HTTPConnection, path: str, cookie: str) -> int:
    server.request("GET", path, headers={"Cookie": cookie})
    answer = server.getresponse()
    answer.read()
    return answer.status


def case_pages(person: User, read: Callable[[str], float]) -> dict[str, float]:
    """Claim case after case, read its page, and hand it on; return the times of the pages."""
    times = []
    for number in range(WARM_PAGES + PAGES):
        task = claim_task(reviewer=person, now=timezone.now())
        assert task is not None
        taken = read(f"/tasks/{task.pk}/")
        if number >= WARM_PAGES:
            times.append(taken)
        skip_task(
            task_id=task.pk,
            token=task.token,
            reviewer=person,
            reason="The next page is read.",
            now=timezone.now(),
        )
    return milliseconds(sorted(times))


def timed_searches(read: Callable[[str], float]) -> dict[str, Any]:
    """Read the pages of typical searches; return the times together and by kind."""
    by_kind: dict[str, list[float]] = defaultdict(list)
    for kind, path in searches():
        by_kind[kind].append(read(path))
    for kind, path in searches():
        by_kind[kind].append(read(path))
    # The first time a kind is asked the server plans and warms; it is counted all the same.
    everything = sorted(taken for times in by_kind.values() for taken in times)
    return {
        **milliseconds(everything),
        "by_kind": {kind: milliseconds(sorted(times)) for kind, times in by_kind.items()},
    }


def searches() -> Iterator[tuple[str, str]]:
    """Yield what people look for, by kind: entities hot and cold, amounts, times, outcomes."""
    rows = Transaction.objects.filter(imported=False).order_by("-pk")[:2000:100]
    for row in rows:
        yield "id", f"/transactions/?q={row.external_id}"
        yield "customer", f"/transactions/?q={row.customer_id}"
        yield "merchant", f"/transactions/?q={row.merchant_id}"
    for merchant in range(5):
        yield "hot merchant", f"/transactions/?q=M{merchant:06d}"
    for low in (10, 100, 500, 1000, 5000):
        yield "amount", f"/transactions/?from={low}&to={low * 2}"
        yield "amount, recent", f"/transactions/?from={low}&time=7d"
    for outcome in ("approve", "review", "block"):
        yield "outcome", f"/transactions/?outcome={outcome}"
        yield "outcome and amount", f"/transactions/?outcome={outcome}&from=400"
    for _ in range(5):
        yield "newest", "/transactions/"


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    before = time.perf_counter()
    result = call()
    return time.perf_counter() - before, result
