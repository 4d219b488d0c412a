"""The days since the product went live, replayed on their own clock through the real services.

Two processes share the work, because a computer has more than one core: one takes payments in and
decides them, the other one plays the people and what becomes known later. They meet once a step.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import polars as pl

from fraudreview.demo.analysts import Shift
from fraudreview.demo.twins import Twin
from fraudreview.simulation import FeedItem
from labeling.domain.resolution import Claim
from labeling.services import expire_deadlines, open_cases
from labeling.services.labels import record_labels
from monitoring.services.audits import solve_tonight
from scoring.domain.events import validate_event
from scoring.models import Decision, Transaction
from scoring.services import score_pending
from scoring.services.events import record_events
from scoring.services.intake import accept_items

STEP = timedelta(hours=6)
# What waits then is left to whoever opens the demo, and arrived evenly.
ANALYSTS_STOP = timedelta(hours=12)
LAST_STEP = timedelta(minutes=30)
# A declined payment moved no money: nobody charges it back, but its customer may complain.
NEEDS_MONEY_MOVED = frozenset({"chargeback", "fraud_report"})


def replay(
    items: Iterable[FeedItem],
    *,
    begin: datetime,
    end: datetime,
    shift: Shift,
    done: Callable[[datetime, int], object],
) -> None:
    """Take in, decide, review and label what happened between the two moments.

    `done` is called with the moment and the number of payments that were decided by then.
    """
    people = People(shift, stop_at=end - ANALYSTS_STOP)
    with Twin(people.live) as twin:
        for now, batch in steps(items, begin=begin, end=end):
            payments = [item.body for item in batch if item.kind == "transaction"]
            accept_items(payments, now=now)
            solve_tonight(now=now)
            score_pending(clock=partial(_same, now))
            # Cases of this step must not open while the people still live in the one before.
            twin.wait()
            while open_cases(now=now):
                pass
            twin.send((now, [item for item in batch if item.kind != "transaction"]))
            done(now, len(payments))


@dataclass
class People:
    """What people do in a step: they review, they complain, they find out."""

    shift: Shift
    stop_at: datetime

    def live(self, step: tuple[datetime, Sequence[FeedItem]]) -> None:
        """Play one step, which begins at its moment."""
        now, batch = step
        told = [item for item in batch if item.kind == "event"]
        events = [(item.external_id, validate_event(item.body, now=now)) for item in told]
        record_events(events=events, now=now)
        record_labels(claims=list(self._claims(batch)), now=now)
        if now < self.stop_at:
            self.shift.work(begin=now, end=now + STEP)
            expire_deadlines(now=now + STEP)

    def _claims(self, batch: Sequence[FeedItem]) -> Iterator[Claim]:
        labels = [item for item in batch if item.kind == "label"]
        ids = self._ids_of(item.external_id for item in labels)
        blocked = set(
            Decision.objects.filter(pk__in=ids.values(), outcome="block").values_list(
                "pk", flat=True
            )
        )
        for item in labels:
            transaction_id = ids.get(item.external_id)
            moved = transaction_id not in blocked or item.body["source"] not in NEEDS_MONEY_MOVED
            if transaction_id is not None and moved:
                yield _claim(transaction_id, item)

    def _ids_of(self, external_ids: Iterable[str]) -> dict[str, int]:
        rows = Transaction.objects.filter(external_id__in=list(external_ids))
        return dict(rows.values_list("external_id", "pk"))


def tell_late(history: pl.DataFrame, *, since: datetime, until: datetime) -> int:
    """Record what became known between the two moments of payments that were imported.

    Chargebacks of old payments come for months, and silence matures.
    """
    late = history.filter(pl.col("label_known_at").is_between(since, until, closed="right"))
    columns = ("label", "label_source", "label_reason", "label_known_at")
    told = {name: said for name, *said in late.select("external_id", *columns).iter_rows()}
    rows = Transaction.objects.filter(external_id__in=list(told), imported=True)
    claims = [
        _late_claim(number, *told[name]) for name, number in rows.values_list("external_id", "pk")
    ]
    return record_labels(claims=claims, now=until)


def _late_claim(
    transaction_id: int, value: str, source: str, reason: str | None, known_at: datetime
) -> Claim:
    return Claim(transaction_id, value, source, known_at, reason=reason or "")


def _same(moment: datetime) -> datetime:
    return moment


def _claim(transaction_id: int, item: FeedItem) -> Claim:
    body: dict[str, Any] = item.body
    return Claim(
        transaction_id=transaction_id,
        value=body["label"],
        source=body["source"],
        known_at=item.at,
        fraud_type=body.get("fraud_type", ""),
        reason=body.get("reason", ""),
        occurred_at=item.at,
    )


def steps(
    items: Iterable[FeedItem], *, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, list[FeedItem]]]:
    """Yield what happened in each step of time, with the moment at which the step ended."""
    moments = list(_moments(begin, end))
    batches: dict[datetime, list[FeedItem]] = defaultdict(list)
    for item in items:
        if begin < item.at <= end:
            batches[moments[bisect_left(moments, item.at)]].append(item)
    for now in sorted(batches):
        yield now, sorted(batches[now], key=lambda item: item.at)


def _moments(begin: datetime, end: datetime) -> Iterator[datetime]:
    now = begin
    while now < end:
        step = STEP if now + STEP <= end - ANALYSTS_STOP else LAST_STEP
        now = min(now + step, end)
        yield now
