"""Every page that many rows could make slow: server time and number of queries.

Pages are asked of the product in this process, one after the other, each several times; the time
is that of the whole request, rendering and streaming included, without a network. The first call
counts, too: whoever opens a page seldom meets it cold.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.utils import timezone

from bench import desk_world, judged
from bench.base import Base
from bench.databases import database, settle
from bench.options import Options
from bench.progress import say
from bench.statistics import milliseconds
from monitoring.services.reports import run_reports

ROUNDS = 20
SEARCHES = (
    "",
    f"q={judged.BUSY_CUSTOMER}",
    f"q={judged.BUSY_MERCHANT}",
    "q=nobody-has-this",
    *("outcome=approve", "outcome=review", "outcome=block", "outcome=waiting"),
    *("final=approve", "final=review", "final=block"),
    *("label=fraud", "label=legitimate", "label=contradicted"),
    *("channel=pos", "channel=online", "channel=never", "country=DE", "country=FR"),
    *("from=5000", "from=100000", "from=10&to=11", "time=1h", "time=7d", "time=90d"),
    *("score_from=0.9", "score_to=0.001", "score_from=0.69&score_to=0.7"),
    "outcome=block&final=approve",
    f"q={judged.BUSY_MERCHANT}&label=fraud",
    f"q={judged.BUSY_MERCHANT}&outcome=block&from=500",
    f"q={judged.BUSY_CUSTOMER}&label=contradicted",
    "label=contradicted&outcome=approve&from=1000",
    "time=7d&country=FR",
)


def measure(options: Options, base: Base) -> dict[str, Any]:
    """Return by page milliseconds (p50, p95, max) and queries, on a long and judged past."""
    with database("pages"):
        now = timezone.now()
        world = desk_world.fill(base.trained, options=options, now=now)
        people = list(desk_world.reviewers(options.desk_reviewers, seed=options.seed))
        past = judged.add_judged(world, rows=options.judged_rows, until=now, people=people)
        say(f"{past.verdicts:,} verdicts on {past.payments:,} payments")
        settle()
        run_reports(now=timezone.now())
        found = {name: timed(client, path) for name, client, path in pages(people)}
    return {"verdicts": past.verdicts, "history_rows": world.rows, "pages": found}


def pages(people: Sequence[User]) -> Iterator[tuple[str, Client, str]]:
    """Yield name, reader and address of every page."""
    lead, analyst = _reader("bench-lead", "lead"), _signed_in(people[0])
    admin, support = _reader("bench-admin", "admin"), _reader("bench-support", "support")
    for path in (
        *("/dashboards/executive/", "/dashboards/executive/?days=90", "/dashboards/drift/"),
        *("/dashboards/review/", "/policies/", "/policies/audits/", "/team/", "/models/"),
        f"/me/{people[0].username}/",
        f"/transactions/{judged.LABELLED}/",
        "/team/dispositions/?do=approve",
        f"/team/dispositions/?do=decline&merchant={judged.BUSY_MERCHANT}",
    ):
        yield path, lead, path
    for path in ("/", "/queue/", "/me/", "/practice/"):
        yield f"{path} (analyst)", analyst, path
    for search in SEARCHES:
        yield f"/transactions/?{search}", lead, f"/transactions/?{search}"
    for words in (judged.LABELLED, judged.BUSY_CUSTOMER, "nobody"):
        yield f"/support/?q={words}", support, f"/support/?q={words}"
    yield "/support/ (a payment)", support, f"/support/{judged.LABELLED}/"
    yield "/metrics", admin, "/metrics"


def timed(client: Client, path: str) -> dict[str, Any]:
    """Read a page several times; return its milliseconds and its number of queries.

    `cpu` is the mean processor time of this process alone, without PostgreSQL's.
    """
    times, queries = [], 0
    began = time.process_time()
    for _ in range(ROUNDS):
        taken, queries = _once(client, path)
        times.append(taken)
    # On a busy machine the quickest call and the processor's time tell more than the middle.
    return {
        **milliseconds(sorted(times)),
        "min": round(1000 * min(times), 3),
        "cpu": round(1000 * (time.process_time() - began) / ROUNDS, 3),
        "queries": queries,
    }


def _once(client: Client, path: str) -> tuple[float, int]:
    asked = 0

    def counting(execute: Any, *arguments: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*arguments)

    with connection.execute_wrapper(counting):
        began = time.perf_counter()
        answer: Any = client.get(path)
        size = len(b"".join(answer.streaming_content) if answer.streaming else answer.content)
        taken = time.perf_counter() - began
    if answer.status_code not in (200, 302) or (answer.status_code == 200 and not size):
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return taken, asked


def _reader(name: str, role: str) -> Client:
    person, _ = User.objects.get_or_create(username=name)
    person.groups.add(Group.objects.get(name=role))
    return _signed_in(person)


def _signed_in(person: User) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client
