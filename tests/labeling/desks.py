"""A desk full of work as rows, made in a few statements: for races."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.contrib.auth.models import Group, User

from labeling.domain.lifecycle import TaskKind, is_blind
from labeling.models import ReviewCase, ReviewItem, ReviewQueue, ReviewTask
from scoring.models import Decision, DecisionPolicy, Transaction
from tests.labeling.payments import decide, pay, policy_with_model

# Rows made by the product later take their ids from sequences, which start far below.
FIRST_TASK = 1_000_000_000


class Work(NamedTuple):
    """So many tasks of one lane, each a case of one payment."""

    lane: str
    tasks: int
    due_at: datetime
    kind: TaskKind = TaskKind.FIRST
    rank: float = 1.0


def fill(work: Sequence[Work], *, now: datetime) -> None:
    """Add payments that wait for people, spread over all queues.

    Audits are of approved payments, everything else is held.
    """
    pattern = pay(now=now, external_id="pattern")
    decide(pattern, "approve", now=now)
    parts = [part for part in work for _ in range(part.tasks)]
    payments = Transaction.objects.bulk_create(
        _payment(pattern, number) for number in range(len(parts))
    )
    policy = policy_with_model(now=now)
    Decision.objects.bulk_create(
        _decision(payment, part, policy, pattern.decision.batch_id)
        for payment, part in zip(payments, parts, strict=True)
    )
    _add_cases(payments, parts, now)


def _payment(pattern: Transaction, number: int) -> Transaction:
    amount = Decimal(10 + number % 2000)
    fields = {
        field.attname: getattr(pattern, field.attname)
        for field in Transaction._meta.concrete_fields
        if field.attname not in ("id", "inserted_xid")
    }
    own = {"external_id": f"many-{number}", "customer_id": f"many-{number}"}
    return Transaction(**{**fields, **own, "amount": amount, "base_amount": amount})


def _decision(payment: Transaction, part: Work, policy: DecisionPolicy, batch_id: int) -> Decision:
    held = part.kind is not TaskKind.AUDIT
    return Decision(
        transaction=payment,
        outcome="review" if held else "approve",
        reason="score",
        probability=0.71 if held else 0.02,
        model_version_id=policy.model_version_id,
        policy=policy,
        batch_id=batch_id,
        stratum="many",
        audited=not held,
        audit_draw=0.5,
        audit_propensity=0.02,
        hold_until=part.due_at if held else None,
        decided_at=payment.received_at,
    )


def _add_cases(payments: Sequence[Transaction], parts: Sequence[Work], now: datetime) -> None:
    queues = list(ReviewQueue.objects.all())
    cases, tasks, items = [], [], []
    for number, (payment, part) in enumerate(zip(payments, parts, strict=True), FIRST_TASK):
        kind = "audit" if part.kind is TaskKind.AUDIT else "review"
        blind = is_blind(part.kind)
        cases.append(ReviewCase(pk=number, kind=kind, opened_at=now))
        tasks.append(
            ReviewTask(
                pk=number,
                case_id=number,
                kind=part.kind,
                queue=queues[number % len(queues)],
                lane=part.lane,
                blind=blind,
                rank=0 if blind else part.rank * float(payment.base_amount),
                at_stake=payment.base_amount,
                headline=payment,
                why="Because.",
                due_at=part.due_at,
                opened_at=now,
            )
        )
        items.append(
            ReviewItem(
                pk=number,
                case_id=number,
                task_id=number,
                transaction=payment,
                kind=kind,
                why="Because.",
                due_at=part.due_at,
                added_at=now,
            )
        )
    ReviewCase.objects.bulk_create(cases)
    ReviewTask.objects.bulk_create(tasks)
    ReviewItem.objects.bulk_create(items)


def people(number: int, *, role: str = "analyst") -> list[User]:
    """So many people of one role."""
    added = User.objects.bulk_create(User(username=f"{role}-{n}") for n in range(number))
    group = Group.objects.get(name=role)
    memberships = User.groups.through
    memberships.objects.bulk_create(memberships(user=person, group=group) for person in added)
    return added
