"""Which open payments of others a verdict may also cover, and why not."""

from dataclasses import dataclass

from labeling.domain.lifecycle import TaskKind, TaskStatus

# The arm under which a verdict is kept that was given for a payment seen only in a list.
LINKED = "linked"
MOST = 50


@dataclass(frozen=True, slots=True)
class LinkedTask:
    """How the task of a linked payment stands to one reviewer; `holder` is who has it now."""

    status: TaskStatus
    kind: TaskKind
    holder: str = ""
    for_leads: bool = False
    judged_before: bool = False
    given_away: bool = False
    above_authority: bool = False
    elsewhere: bool = False


def refusal(task: LinkedTask, *, is_lead: bool) -> str:
    """Why a verdict cannot also count for the payment, as a sentence; empty where it can.

    >>> refusal(LinkedTask(TaskStatus.LEASED, TaskKind.FIRST, holder="Bob"), is_lead=False)
    'Bob has it.'
    """
    if task.status is TaskStatus.LEASED:
        return f"{task.holder or 'A colleague'} has it."
    if task.status is TaskStatus.WAITING:
        return "It waits for its customer."
    if task.status is not TaskStatus.OPEN:
        return "A colleague has just decided it."
    if task.judged_before:
        return "You have judged it before."
    if task.given_away:
        return "You gave it to a colleague."
    if task.for_leads and not is_lead:
        return "A lead decides it."
    if task.above_authority and not is_lead:
        return "It is above the amount that you decide alone."
    if task.elsewhere:
        return "It is in a queue that is not yours."
    return "" if task.kind is TaskKind.FIRST else "It waits for another look."
