"""One task as its reader stands to it: held, revealed, or lost; and what was just decided."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from labeling.domain import appeals
from labeling.domain.lifecycle import TaskKind, VerdictValue
from labeling.models import CaseEvent, PendingVerdict, ReasonCode, ReviewTask, Verdict
from labeling.selectors.linked import applied_to_linked
from labeling.selectors.payment_states import payment_states
from labeling.services.revealing import may_change
from scoring.access import Person
from scoring.domain.errors import NotFound
from scoring.domain.wording import count
from scoring.models import Disposition

ACTION_WORDS = {
    "release": "released",
    "decline": "declined",
    "void": "voided",
    "refund": "refunded",
    "step_up": "sent back to its customer for a challenge",
}


@dataclass(frozen=True, slots=True)
class LostLease:
    """Why a reviewer no longer holds a task, in two sentences."""

    headline: str
    detail: str
    ended_at: datetime | None
    holder: str


@dataclass(frozen=True, slots=True)
class JustDecided:
    """What the last verdict was and did, for the message after it.

    While it can still be taken back, `undo` is the row that waits.
    """

    task_id: int
    case_id: int
    value: str
    sentence: str
    undo: PendingVerdict | None = None
    undo_milliseconds: int = 0


def task_of(task_id: int) -> ReviewTask:
    """A task with what its page needs. Raises NotFound."""
    task = (
        ReviewTask.objects.select_related("case", "queue", "leased_by", "headline__decision")
        .filter(pk=task_id)
        .first()
    )
    if task is None:
        raise NotFound("unknown_task", "There is no such task.")
    return task


def is_held(task: ReviewTask, *, reader: Person, now: datetime) -> bool:
    """Whether this reader holds the task now."""
    return (
        task.status == ReviewTask.Status.LEASED
        and task.leased_by_id == reader.pk
        and task.leased_until is not None
        and task.leased_until > now
    )


def is_revealed(task: ReviewTask, *, reader: Person, now: datetime) -> bool:
    """Whether this reader judged it blind just now and may still have a second thought."""
    return may_change(task, reviewer_id=reader.pk, now=now)


def reason_codes() -> QuerySet[ReasonCode]:
    """The reasons in use, in the order of their keys."""
    return ReasonCode.objects.filter(retired_at=None).order_by("position")


def obvious_dispositions(task: ReviewTask) -> dict[str, Sequence[str]]:
    """What each verdict may do to the largest payment of a task that is not blind."""
    if task.blind or task.headline is None:
        return {}
    state = payment_states([task.headline])[task.headline.pk]
    if task.kind == TaskKind.APPEAL:
        return {
            value.value: appeals.dispositions(value, outcome=state.outcome)
            for value in (VerdictValue.FRAUD, VerdictValue.LEGITIMATE)
        }
    return {
        value.value: state.choices(value) for value in (VerdictValue.FRAUD, VerdictValue.LEGITIMATE)
    }


def other_dispositions(possible: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """What else may happen beside the obvious, each with the verdicts after which it may."""
    after: dict[str, list[str]] = defaultdict(list)
    for verdict, actions in possible.items():
        for action in actions[1:]:
            after[action].append(verdict)
    return [(action, " ".join(verdicts)) for action, verdicts in after.items()]


def lost_lease(task: ReviewTask, *, reader: Person, now: datetime) -> LostLease:
    """How this reader lost the task, or that they never had it."""
    events = list(task.case.events.select_related("actor").order_by("-pk")[:40])
    own = [event for event in events if event.data.get("task") == task.pk]
    ended = next(
        (e for e in own if e.type == "lease_expired" and e.data.get("reviewer") == reader.pk), None
    )
    taken = _taken(task, own, reader)
    holder = _name(task.leased_by) if task.leased_by and task.leased_by != reader else ""
    detail = "No verdict was recorded. Nothing you press here changes the case."
    ended_at = ended.occurred_at if ended else task.leased_until
    if task.status == ReviewTask.Status.MOOT:
        return LostLease(_ended_by(events), detail, ended_at, holder)
    if ended or task.leased_by_id == reader.pk:
        return LostLease("Your lease ended" + taken + ".", detail, ended_at, holder)
    if task.status in (ReviewTask.Status.DONE, ReviewTask.Status.PENDING):
        return LostLease("This task is decided already.", detail, None, holder)
    if any(e.type == "beyond_authority" and e.data.get("reviewer") == reader.pk for e in own):
        why = "New payments joined it. Your note is kept, and nothing you press here counts."
        return LostLease("More is at stake now than you decide alone.", why, None, holder)
    if task.status == ReviewTask.Status.WAITING:
        waits = "It comes back into the queue with the answer, or without one in time."
        return LostLease("This case waits for its customer.", waits, None, "")
    if holder:
        return LostLease(f"{holder} has this case.", detail, None, holder)
    return LostLease("You do not hold this case.", "It waits in the queue.", None, holder)


def _taken(task: ReviewTask, events: Sequence[CaseEvent], reader: Person) -> str:
    claim = next((e for e in events if e.type == "claimed" and e.actor_id != reader.pk), None)
    if claim is None or task.status == ReviewTask.Status.OPEN:
        return ", and the case went back to the queue"
    return f", and {_name(claim.actor)} took this case"


def _ended_by(events: Sequence[CaseEvent]) -> str:
    types = {event.type for event in events}
    if "timed_out" in types:
        return "The deadline passed, and the policy disposed of the payment."
    if "overridden" in types:
        return "A lead disposed of the payment."
    return "The payment ended by itself, so there is nothing left to decide."


def _name(person: object) -> str:
    get_full_name = getattr(person, "get_full_name", None)
    return (get_full_name() if get_full_name else "") or str(person or "a colleague")


def just_decided(task_id: int, *, reader: Person, now: datetime) -> JustDecided | None:
    """What this reader said of a task a moment ago; None where they did not."""
    said = PendingVerdict.objects.filter(task_id=task_id, reviewer_id=reader.pk)
    waiting = said.filter(end="").select_related("task__headline__decision").first()
    return _still_to_count(waiting, now) if waiting else _recorded(task_id, reader)


def _still_to_count(pending: PendingVerdict, now: datetime) -> JustDecided:
    """What a verdict that can be taken back will do to the largest payment of its task."""
    task, values = pending.task, [row["value"] for row in pending.judgements.values()]
    value = VerdictValue(values[0])
    possible = obvious_dispositions(task).get(value.value, ())
    action = pending.disposition if pending.disposition in possible else next(iter(possible), "")
    return JustDecided(
        task_id=task.pk,
        case_id=task.case_id,
        value=value.value,
        sentence=_what_will_happen(value, action),
        undo=pending,
        undo_milliseconds=max(round((pending.commits_at - now).total_seconds() * 1000), 0),
    )


def taken_back(task: ReviewTask, *, reader: Person) -> PendingVerdict | None:
    """What this reader said of a task and took back; None where they did not."""
    last = task.pending_verdicts.filter(reviewer_id=reader.pk).order_by("-pk").first()
    return last if last and last.end == PendingVerdict.End.UNDONE else None


def waiting_ids(task: ReviewTask) -> list[int]:
    """The items that wait for a task now, by id."""
    return list(task.items.filter(resolution="").order_by("pk").values_list("pk", flat=True))


def _recorded(task_id: int, reader: Person) -> JustDecided | None:
    verdicts = list(
        Verdict.objects.filter(task_id=task_id, reviewer_id=reader.pk)
        .select_related("task__case")
        .order_by("-pk")
    )
    if not verdicts:
        return None
    done = Disposition.objects.filter(verdict_id__in=[verdict.pk for verdict in verdicts])
    actions = list(dict.fromkeys(done.values_list("action", flat=True)))
    return JustDecided(
        task_id=task_id,
        case_id=verdicts[0].task.case_id,
        value=verdicts[0].value,
        sentence=_what_happened(verdicts[0].value, actions) + _also_covered(verdicts[0].task),
    )


def _also_covered(task: ReviewTask) -> str:
    applied = applied_to_linked(task)
    parts = []
    if applied["covered"]:
        parts.append(f" The same for {count(len(applied['covered']), 'linked payment')}.")
    if applied["refused"]:
        parts.append(f" Not for {count(len(applied['refused']), 'other')}, see the case.")
    return "".join(parts)


def _what_will_happen(value: VerdictValue, action: str) -> str:
    if value is VerdictValue.CANNOT_TELL:
        return "A colleague looks next."
    if not action:
        return "The payment stays as it is."
    return f"The payment will be {ACTION_WORDS[action]}."


def _what_happened(value: str, actions: Sequence[str]) -> str:
    if value == VerdictValue.CANNOT_TELL:
        return "A colleague looks next."
    if not actions:
        return "The payment stays as it was."
    return "The payment was " + " and ".join(ACTION_WORDS[action] for action in actions) + "."
