"""Simulated analysts: they work at the real review desk and are sometimes wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.contrib.auth.models import User

from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import ReviewItem, ReviewTask
from labeling.services import claim_task, record_verdict

UNSURE_SHARE = 0.05
# Of the frauds they look at, so many they take for honest.
MISSED_SHARE = 0.06
# Of the honest payments, so many they take for fraud: some of what the model flags looks like it,
# hardly anything drawn by lot does. (One in a hundred there would bury every recall.)
FALSE_ALARM_SHARES = {"review": 0.03, "audit": 0.0005}
# Most customers whose payment was blocked can be reached; of others nobody asks that much.
REACHED_SHARES = {"block": 0.7, "approve": 0.1}
SECONDS_A_TASK = (25.0, 240.0)


@dataclass(frozen=True)
class Truth:
    """What was true of a payment, and which pattern it was part of."""

    is_fraud: bool
    pattern: str


@dataclass(frozen=True)
class Shift:
    """The people on duty, what they would find out, and their chance of being wrong."""

    people: Sequence[User]
    truths: Mapping[str, Truth]
    chance: np.random.Generator

    def work(self, *, begin: datetime, end: datetime) -> int:
        """Judge what waits side by side, until nothing does or the shift ends; return how much.

        Whoever is free first takes the next task, so that all meet the same kinds of cases, and
        second looks at each other's.
        """
        done = 0
        free_at = dict.fromkeys(self.people, begin)
        while free_at:
            person = min(free_at, key=lambda each: free_at[each])
            now = free_at.pop(person)
            task = claim_task(reviewer=person, now=now) if now < end else None
            if task is None:
                continue
            seconds = float(self.chance.uniform(*SECONDS_A_TASK))
            free_at[person] = now + timedelta(seconds=seconds)
            self._judge(task, person, free_at[person], seconds)
            done += 1
        return done

    def _judge(self, task: ReviewTask, person: User, now: datetime, seconds: float) -> None:
        waiting = task.items.filter(resolution="").select_related("transaction__decision")
        record_verdict(
            task_id=task.pk,
            token=task.token,
            reviewer=person,
            judgements={item.pk: self._judgement(item) for item in waiting},
            now=now,
            active_seconds=seconds,
        )

    def _judgement(self, item: ReviewItem) -> Judgement:
        truth = self.truths[item.transaction.external_id]
        if self.chance.random() < UNSURE_SHARE:
            return Judgement(VerdictValue.CANNOT_TELL)
        false_alarm = FALSE_ALARM_SHARES.get(item.kind, FALSE_ALARM_SHARES["audit"])
        known_by = self._known_by(item)
        # Whoever has asked the customer is not mistaken.
        mistaken = 0.0 if known_by else MISSED_SHARE if truth.is_fraud else false_alarm
        if truth.is_fraud == (self.chance.random() < mistaken):
            return Judgement(VerdictValue.LEGITIMATE, verification=known_by)
        return Judgement(
            VerdictValue.FRAUD, reason_code=truth.pattern or "other", verification=known_by
        )

    def _known_by(self, item: ReviewItem) -> str:
        """Whether the customer was reached; held payments are judged by looking."""
        share = REACHED_SHARES.get(item.transaction.decision.outcome, 0.0)
        return "customer_contacted" if self.chance.random() < share else ""
