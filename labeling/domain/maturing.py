"""When silence about a payment means that it was legitimate.

A claim says what was true. Where nobody has claimed anything, only a payment can speak that had
its chance to be complained about: its money moved, nobody took it back, and it is old enough.
`maturing_sql` states the same rule for sets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from scoring.domain.disposing import ENDED, stage_after

# Fraud reports come within days and most fraud chargebacks within a month. The schemes allow 120
# days, but a model that learns nothing from its last four months is worse than one that takes a
# late fraud for legitimate: that claim wins the day it comes. /dashboards/review/ shows how many
# labels are known by this age.
MATURE_AFTER = timedelta(days=30)
# From this share on, captures are reported at all, and a missing one means that there was none.
REPORTED_SHARE = 0.5

RELEASE = "release"
CAPTURED = "captured"
MONEY_BACK = ("void", "refund")
REFUNDED = "refunded"


class Step(NamedTuple):
    """A disposition or an event of a payment: what it is, when it was, since when we know it."""

    what: str
    at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Course:
    """What became of one payment after its decision.

    `payment_stage` is that at intake; dispositions come in the order in which they were added,
    events in the order in which they occurred.
    """

    outcome: str
    decided_at: datetime
    payment_stage: str
    dispositions: tuple[Step, ...] = ()
    events: tuple[Step, ...] = ()

    def known(self, as_of: datetime) -> "Course":
        """What we knew of it at `as_of`."""
        return Course(
            self.outcome,
            self.decided_at,
            self.payment_stage,
            tuple(step for step in self.dispositions if step.known_at <= as_of),
            tuple(step for step in self.events if step.known_at <= as_of),
        )

    @property
    def stage(self) -> str:
        """How far its money has moved."""
        return stage_after(self.payment_stage, [event.what for event in self.events])

    @property
    def let_through(self) -> bool:
        """Approved or released in the end, and neither ended nor paid back."""
        final = self.dispositions[-1].what if self.dispositions else None
        passed = self.outcome == "approve" if final is None else final == RELEASE
        back = any(step.what in MONEY_BACK for step in self.dispositions)
        refunded = any(event.what == REFUNDED for event in self.events)
        return passed and not back and not refunded and self.stage not in ENDED

    @property
    def stopped(self) -> bool:
        """Blocked or declined at some time, whatever became of it later."""
        declined = any(step.what == "decline" for step in self.dispositions)
        return self.outcome == "block" or declined

    @property
    def silent_since(self) -> datetime:
        """From when on somebody could have complained: decision, release and capture are over."""
        released = [step.at for step in self.dispositions if step.what == RELEASE]
        captured = [event.at for event in self.events if event.what == CAPTURED]
        return max([self.decided_at, *released, *captured])


def matured(course: Course, *, as_of: datetime, captures_reported: bool) -> bool:
    """Whether silence about this payment, known as of a moment, means legitimate.

    Captured is a payment that came in captured, or about which the event `captured` came. Many
    companies send no such events; nothing of theirs could ever mature. So where captures of that
    day are not reported (`captures_are_reported`), an approval or a release at the first look is
    taken for captured until an event says otherwise. Not so what was blocked or declined first:
    by the time of its release the customer has mostly gone, so its capture has to be told.
    """
    known = course.known(as_of)
    if not known.let_through or as_of - known.silent_since < MATURE_AFTER:
        return False
    return known.stage == CAPTURED or not (known.stopped or captures_reported)


class Silence(StrEnum):
    """What it says about a payment that nobody has said anything about it."""

    NOTHING = "nothing"  # it was not let through, or its money is back, or we did not decide it
    NOT_YET = "not_yet"  # somebody may still complain
    IF_CAPTURED = "if_captured"  # it depends on whether its company reports captures
    LEGITIMATE = "legitimate"


def silence(course: Course, *, as_of: datetime) -> Silence:
    """What silence about one payment says, without asking for others whether captures are told."""
    if not course.known(as_of).let_through:
        return Silence.NOTHING
    late = max(as_of, course.known(as_of).silent_since + MATURE_AFTER)
    if not matured(course.known(as_of), as_of=late, captures_reported=False):
        return Silence.NOTHING
    if late > as_of:
        return Silence.NOT_YET
    certain = matured(course, as_of=as_of, captures_reported=True)
    return Silence.LEGITIMATE if certain else Silence.IF_CAPTURED


def captures_are_reported(courses: Sequence[Course], *, as_of: datetime) -> bool:
    """Whether captures are reported, by payments that were decided on one day (UTC).

    Asked day by day, so that one stray event changes one day only, and a company that begins to
    send events keeps what matured before. Payments that came in captured say nothing about it.
    """
    known = [course.known(as_of) for course in courses]
    telling = [
        each.stage == CAPTURED
        for each in known
        if each.let_through and each.payment_stage != CAPTURED
    ]
    return sum(telling) >= REPORTED_SHARE * len(telling) and any(telling)
