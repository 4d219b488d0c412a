"""A task's life: open, leased, done or moot; who may act on it, and with what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from labeling.domain.resolution import VERIFICATIONS
from scoring.domain.errors import (
    Conflict,
    FieldError,
    Forbidden,
    InvalidRecord,
    InvalidTransition,
    LeaseLost,
)

LEASE = timedelta(minutes=10)
# So long a verdict can be taken back before it counts.
UNDO = timedelta(seconds=10)
NOTE_LENGTH = 2000
# An interrupted reading is not reading: the page cuts idle time, this cuts a broken page.
ACTIVE_SECONDS_LIMIT = 3600.0
# How a reviewer can know: by looking alone, or because somebody or something vouches for it.
BY_LOOKING = "opinion"
WAYS_TO_KNOW = (BY_LOOKING, *VERIFICATIONS)


class TaskStatus(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    LEASED = "leased"
    PENDING = "pending"
    WAITING = "waiting"
    DONE = "done"
    MOOT = "moot"


class TaskKind(StrEnum):
    """Why a person is asked: once, independently again, to settle it, to check, to learn."""

    FIRST = "first"
    SECOND = "second"
    ADJUDICATION = "adjudication"
    AUDIT = "audit"
    APPEAL = "appeal"
    PRACTICE = "practice"


class VerdictValue(StrEnum):
    """What a person can say of a payment; "cannot tell" is an answer, not a skip."""

    FRAUD = "fraud"
    LEGITIMATE = "legitimate"
    CANNOT_TELL = "cannot_tell"


# Reopening a finished matter is a new round with a task of its own, never a step back.
STEPS: Mapping[TaskStatus, frozenset[TaskStatus]] = {
    TaskStatus.OPEN: frozenset({TaskStatus.LEASED, TaskStatus.MOOT}),
    TaskStatus.LEASED: frozenset(
        {
            TaskStatus.OPEN,
            TaskStatus.PENDING,
            TaskStatus.WAITING,
            TaskStatus.DONE,
            TaskStatus.MOOT,
        }
    ),
    TaskStatus.PENDING: frozenset({TaskStatus.LEASED, TaskStatus.OPEN, TaskStatus.DONE}),
    TaskStatus.WAITING: frozenset({TaskStatus.OPEN, TaskStatus.MOOT}),
    TaskStatus.DONE: frozenset(),
    TaskStatus.MOOT: frozenset(),
}

BLIND_KINDS = frozenset({TaskKind.SECOND, TaskKind.ADJUDICATION, TaskKind.AUDIT})

# Whoever could not tell leaves the payment to another pair of eyes, and those to a lead.
NEXT_LOOK: Mapping[TaskKind, TaskKind | None] = {
    TaskKind.FIRST: TaskKind.SECOND,
    TaskKind.AUDIT: TaskKind.SECOND,
    TaskKind.SECOND: TaskKind.ADJUDICATION,
    TaskKind.ADJUDICATION: None,
    TaskKind.APPEAL: TaskKind.ADJUDICATION,
    TaskKind.PRACTICE: None,
}


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a task until when. `token` grows with every claim, so an old one is stale."""

    status: TaskStatus
    token: int
    holder_id: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reviewer says of one item, before it is a stored verdict.

    `verification` says how they know; empty where nothing was said: an opinion.
    """

    value: VerdictValue
    reason_code: str = ""
    note: str = ""
    verification: str = ""


def check_step(current: TaskStatus, target: TaskStatus) -> None:
    """Raises InvalidTransition where no step leads from `current` to `target`."""
    if target not in STEPS[current]:
        raise InvalidTransition(
            "invalid_transition", f"A task that is {current} cannot become {target}."
        )


def check_held(lease: Lease, *, reviewer_id: int, token: int, now: datetime) -> None:
    """Raises LeaseLost unless this reviewer still holds the task under this token."""
    held = lease.status is TaskStatus.LEASED and lease.holder_id == reviewer_id
    if not held or lease.token != token:
        raise LeaseLost
    if lease.until is None or lease.until <= now:
        raise LeaseLost("Your ten minutes ended, and the task went back to the queue.")


def check_judgement(judgement: Judgement, known_reasons: frozenset[str]) -> None:
    """Raises InvalidRecord unless the verdict is complete: fraud needs a reason that exists."""
    errors = []
    if judgement.value is VerdictValue.FRAUD and not judgement.reason_code:
        errors.append(FieldError("reason_code", "required", "A fraud verdict needs a reason."))
    if judgement.value is not VerdictValue.FRAUD and judgement.reason_code:
        errors.append(
            FieldError("reason_code", "not_allowed", "Only a fraud verdict carries a reason.")
        )
    elif judgement.reason_code and judgement.reason_code not in known_reasons:
        errors.append(FieldError("reason_code", "unknown_reason", "This reason does not exist."))
    errors += _verification_faults(judgement)
    if len(judgement.note) > NOTE_LENGTH:
        errors.append(FieldError("note", "too_long", f"At most {NOTE_LENGTH} characters."))
    if errors:
        raise InvalidRecord(errors, "The verdict is not complete.")


def _verification_faults(judgement: Judgement) -> list[FieldError]:
    if judgement.verification not in ("", *WAYS_TO_KNOW):
        choices = ", ".join(WAYS_TO_KNOW)
        return [FieldError("verification", "unknown_choice", f"This must be one of {choices}.")]
    # A passed challenge or a reached customer is an answer.
    unsure = judgement.value is VerdictValue.CANNOT_TELL
    if unsure and judgement.verification not in ("", BY_LOOKING):
        sentence = "Whoever cannot tell has nothing that was verified."
        return [FieldError("verification", "not_allowed", sentence)]
    return []


def check_repeats(said: Judgement | Mapping[int, Judgement], told: Mapping[int, Judgement]) -> None:
    """Raises Conflict where a repeated call says something else than what stands, by item id."""
    again = dict.fromkeys(told, said) if isinstance(said, Judgement) else said
    if {item: _plain(judgement) for item, judgement in again.items()} != {
        item: _plain(judgement) for item, judgement in told.items()
    }:
        raise Conflict(
            "conflict", "Another verdict was given under this token already; it stands as it is."
        )


def _plain(judgement: Judgement) -> Judgement:
    return replace(judgement, verification=judgement.verification or BY_LOOKING)


def check_four_eyes(judged_before: bool) -> None:
    """Raises Forbidden where the second pair of eyes would be the first one again."""
    if judged_before:
        raise Forbidden("judged_before", "You have judged one of these payments already.")


def check_not_own_appeal(filed_by_them: bool) -> None:
    """Raises Forbidden where somebody would decide the appeal that they filed."""
    if filed_by_them:
        raise Forbidden("own_appeal", "You filed this appeal; somebody else decides it.")


def is_blind(kind: TaskKind) -> bool:
    """Whether the reviewer decides before seeing what the machine or a colleague thinks."""
    return kind in BLIND_KINDS


def counted_seconds(active_seconds: float | None) -> float | None:
    """Active time as stored: never negative, never longer than a page can be watched."""
    if active_seconds is None:
        return None
    return min(max(active_seconds, 0.0), ACTIVE_SECONDS_LIMIT)
