"""The days since the product went live, replayed on their own clock through the real services."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from fraudreview.demo.analysts import Shift
from fraudreview.simulation import FeedItem
from labeling.domain.resolution import Claim
from labeling.services import expire_deadlines, open_cases
from labeling.services.labels import record_labels
from scoring.domain.events import validate_event
from scoring.models import Decision, Transaction
from scoring.services import score_pending
from scoring.services.events import record_event
from scoring.services.intake import accept_items

STEP = timedelta(hours=6)
# A declined payment moved no money: nobody charges it back, but its customer may complain.
NEEDS_MONEY_MOVED = frozenset({"chargeback", "fraud_report"})


@dataclass
class Replay:
    """Plays messages in the order of time; `done` is called with the number of payments."""

    shift: Shift
    done: Callable[[int], object]
    known: dict[str, int] = field(default_factory=dict)

    def play(self, items: Iterable[FeedItem], *, begin: datetime, end: datetime) -> None:
        """Take in, decide, review and label what happened between the two moments.

        The analysts leave what came in the last step to whoever opens the demo.
        """
        for now, batch in steps(items, begin=begin, end=end):
            self._take_in(batch, now)
            score_pending(clock=partial(_same, now))
            while open_cases(now=now):
                pass
            self._tell(batch, now)
            if now < end:
                self.shift.work(begin=now, end=now + STEP)
                expire_deadlines(now=now + STEP)

    def _take_in(self, batch: Sequence[FeedItem], now: datetime) -> None:
        payments = [item.body for item in batch if item.kind == "transaction"]
        acceptance = accept_items(payments, now=now)
        self.known.update(acceptance.transaction_ids)
        self.done(len(payments))

    def _tell(self, batch: Sequence[FeedItem], now: datetime) -> None:
        for item in batch:
            if item.kind == "event":
                event = validate_event(item.body, now=now)
                record_event(external_id=item.external_id, event=event, now=now)
        record_labels(claims=list(self._claims(batch)), now=now)

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
        wanted = set(external_ids)
        missing = wanted - self.known.keys()
        rows = Transaction.objects.filter(external_id__in=missing).values_list("external_id", "pk")
        self.known.update(rows)
        return {name: self.known[name] for name in wanted if name in self.known}


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
        occurred_at=item.at,
    )


def steps(
    items: Iterable[FeedItem], *, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, list[FeedItem]]]:
    """Yield what happened in each step of time, with the moment at which the step ended."""
    batches: dict[int, list[FeedItem]] = defaultdict(list)
    for item in items:
        if begin < item.at <= end:
            batches[int((item.at - begin) / STEP)].append(item)
    for number in sorted(batches):
        now = min(begin + STEP * (number + 1), end)
        yield now, sorted(batches[number], key=lambda item: item.at)
