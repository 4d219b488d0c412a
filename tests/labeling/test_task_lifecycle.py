"""Who may act on a task, and with what."""

from datetime import datetime, timedelta

import pytest

from labeling.domain.lifecycle import (
    Judgement,
    Lease,
    TaskKind,
    TaskStatus,
    VerdictValue,
    check_held,
    check_judgement,
    check_step,
    counted_seconds,
    is_blind,
)
from scoring.domain.errors import InvalidRecord, InvalidTransition, LeaseLost

REASONS = frozenset({"stolen_card"})


def held(now: datetime, **changes: object) -> Lease:
    fields = {
        "status": TaskStatus.LEASED,
        "token": 4,
        "holder_id": 7,
        "until": now + timedelta(minutes=1),
    }
    return Lease(**{**fields, **changes})


def test_the_holder_may_act(now) -> None:
    check_held(held(now), reviewer_id=7, token=4, now=now)


@pytest.mark.parametrize(
    "changes",
    [{"token": 5}, {"holder_id": 8}, {"status": TaskStatus.OPEN}, {"status": TaskStatus.DONE}],
)
def test_whoever_lost_the_lease_may_not_act(now, changes) -> None:
    with pytest.raises(LeaseLost):
        check_held(held(now, **changes), reviewer_id=7, token=4, now=now)


def test_a_lease_ends_after_its_time_even_if_nobody_took_it(now) -> None:
    with pytest.raises(LeaseLost, match="ten minutes"):
        check_held(held(now, until=now), reviewer_id=7, token=4, now=now)


@pytest.mark.parametrize(
    ("current", "target"),
    [
        (TaskStatus.DONE, TaskStatus.OPEN),
        (TaskStatus.MOOT, TaskStatus.LEASED),
        (TaskStatus.OPEN, TaskStatus.DONE),
    ],
)
def test_a_finished_task_never_steps_back(current: TaskStatus, target: TaskStatus) -> None:
    with pytest.raises(InvalidTransition) as refused:
        check_step(current, target)
    assert refused.value.code == "invalid_transition"


def test_fraud_needs_a_reason() -> None:
    with pytest.raises(InvalidRecord) as refused:
        check_judgement(Judgement(VerdictValue.FRAUD), REASONS)
    assert [error.code for error in refused.value.errors] == ["required"]


def test_a_reason_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidRecord) as refused:
        check_judgement(Judgement(VerdictValue.FRAUD, reason_code="bad_luck"), REASONS)
    assert [error.code for error in refused.value.errors] == ["unknown_reason"]


def test_only_fraud_carries_a_reason() -> None:
    with pytest.raises(InvalidRecord):
        check_judgement(Judgement(VerdictValue.LEGITIMATE, reason_code="stolen_card"), REASONS)


def test_a_note_has_a_length() -> None:
    with pytest.raises(InvalidRecord):
        check_judgement(Judgement(VerdictValue.CANNOT_TELL, note="x" * 2001), REASONS)


def test_cannot_tell_needs_nothing() -> None:
    check_judgement(Judgement(VerdictValue.CANNOT_TELL), REASONS)


def test_audits_and_second_looks_are_blind_and_first_looks_are_not() -> None:
    assert is_blind(TaskKind.AUDIT) and is_blind(TaskKind.SECOND)
    assert not is_blind(TaskKind.FIRST)


@pytest.mark.parametrize(("sent", "stored"), [(None, None), (-3.0, 0.0), (42.5, 42.5), (1e9, 3600)])
def test_active_time_is_never_more_than_a_page_can_be_watched(sent, stored) -> None:
    assert counted_seconds(sent) == stored
