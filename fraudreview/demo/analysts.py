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
MISTAKEN_SHARE = 0.04
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
        """Judge what waits, one task after the other, until nothing does or the shift ends."""
        done = 0
        for person in self.people:
            now = begin
            while now < end and (task := claim_task(reviewer=person, now=now)):
                seconds = float(self.chance.uniform(*SECONDS_A_TASK))
                now += timedelta(seconds=seconds)
                self._judge(task, person, now, seconds)
                done += 1
        return done

    def _judge(self, task: ReviewTask, person: User, now: datetime, seconds: float) -> None:
        waiting = task.items.filter(resolution="").select_related("transaction")
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
        draw = self.chance.random()
        if draw < UNSURE_SHARE:
            return Judgement(VerdictValue.CANNOT_TELL)
        is_fraud = truth.is_fraud != (draw < UNSURE_SHARE + MISTAKEN_SHARE)
        if not is_fraud:
            return Judgement(VerdictValue.LEGITIMATE)
        return Judgement(VerdictValue.FRAUD, reason_code=truth.pattern or "other")
