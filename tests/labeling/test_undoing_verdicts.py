"""A verdict can be taken back for ten seconds; then the server commits it, once."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import Label, PendingVerdict, ReviewTask, Verdict
from labeling.services import Said
from scoring.domain.errors import InvalidRecord, InvalidTransition, LeaseLost
from scoring.models import Disposition, TransactionEvent
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db
FRAUD = Said(Judgement(VerdictValue.FRAUD, "stolen_card", "Third card today"))
LEGITIMATE = Said(Judgement(VerdictValue.LEGITIMATE))
TEN = timedelta(seconds=10)


@pytest.fixture
def held(alice, now):
    """A held payment in Alice's hands, as a task."""
    hold(now=now)
    services.open_cases(now=now)
    return services.claim_task(reviewer=alice, now=now)


def give(task, reviewer, now, said=FRAUD, **fields):
    return services.give_verdict(
        task_id=task.pk, token=task.token, reviewer=reviewer, said=said, now=now, **fields
    )


def undo(task, reviewer, now):
    return services.undo_verdict(task_id=task.pk, token=task.token, reviewer=reviewer, now=now)


def state(task) -> str:
    return ReviewTask.objects.get(pk=task.pk).status


def test_a_verdict_waits_before_it_counts(held, alice, now) -> None:
    given = give(held, alice, now)
    assert given.pending and given.pending.commits_at == now + TEN
    assert state(held) == "pending"
    assert not Verdict.objects.exists() and not Disposition.objects.exists()


def test_the_server_commits_it_after_ten_seconds(held, alice, now) -> None:
    give(held, alice, now)
    assert services.commit_due(now=now + timedelta(seconds=9)) == 0
    assert services.commit_due(now=now + TEN) == 1
    verdict = Verdict.objects.get()
    assert (verdict.value, verdict.reason_code.code, verdict.given_at) == (
        "fraud",
        "stolen_card",
        now,
    )
    assert Disposition.objects.get().action == "decline"
    assert Label.objects.get().known_at == now + TEN
    assert state(held) == "done"


def test_committing_twice_records_once(held, alice, now) -> None:
    pending = give(held, alice, now).pending
    assert services.commit_pending(pending_id=pending.pk, now=now + TEN)
    assert not services.commit_pending(pending_id=pending.pk, now=now + TEN)
    assert Verdict.objects.count() == Disposition.objects.count() == 1


def test_the_next_verdict_commits_the_one_before(held, alice, now) -> None:
    give(held, alice, now)
    hold(now=now)
    services.open_cases(now=now)
    following = services.claim_task(reviewer=alice, now=now)
    give(following, alice, now + timedelta(seconds=3))
    assert [state(held), state(following)] == ["done", "pending"]


def test_undo_gives_the_case_back_to_its_reviewer(held, alice, now) -> None:
    give(held, alice, now)
    again = undo(held, alice, now + timedelta(seconds=4))
    assert again.leased_by == alice and again.token != held.token
    assert again.leased_until == now + timedelta(minutes=10, seconds=4)
    assert services.commit_due(now=now + TEN) == 0
    assert not Verdict.objects.exists()


def test_undo_puts_the_case_that_came_after_it_back(held, alice, bob, now) -> None:
    give(held, alice, now)
    hold(now=now)
    services.open_cases(now=now)
    following = services.claim_task(reviewer=alice, now=now)
    undo(held, alice, now + timedelta(seconds=4))
    assert state(following) == "open"
    assert services.claim_task(reviewer=bob, now=now).pk == following.pk


def test_an_undone_verdict_can_be_given_anew(held, alice, now) -> None:
    give(held, alice, now)
    again = undo(held, alice, now)
    give(again, alice, now, said=LEGITIMATE)
    services.commit_due(now=now + TEN)
    assert Verdict.objects.get().value == "legitimate"
    assert set(PendingVerdict.objects.values_list("end", flat=True)) == {"undone", "committed"}


def test_what_is_recorded_cannot_be_undone(held, alice, now) -> None:
    give(held, alice, now)
    services.commit_due(now=now + TEN)
    with pytest.raises(InvalidTransition) as refused:
        undo(held, alice, now + TEN)
    assert refused.value.code == "too_late"


def test_nobody_undoes_the_verdict_of_a_colleague(held, alice, bob, now) -> None:
    give(held, alice, now)
    with pytest.raises(InvalidTransition):
        undo(held, bob, now)


def test_a_stale_token_undoes_nothing(held, alice, now) -> None:
    give(held, alice, now)
    held.token += 1
    with pytest.raises(LeaseLost):
        undo(held, alice, now)


def test_a_repeated_call_changes_nothing(held, alice, now) -> None:
    first = give(held, alice, now)
    assert give(held, alice, now + timedelta(seconds=2)).pending == first.pending
    services.commit_due(now=now + TEN)
    assert give(held, alice, now + TEN).verdicts == [Verdict.objects.get()]


def test_a_wrong_verdict_is_refused_at_once(held, alice, now) -> None:
    with pytest.raises(InvalidRecord):
        give(held, alice, now, said=Said(Judgement(VerdictValue.FRAUD)))
    with pytest.raises(InvalidRecord):
        give(held, alice, now, said=Said(LEGITIMATE.judgements, disposition="refund"))
    assert state(held) == "leased"


def test_a_blind_verdict_counts_at_once(alice, now) -> None:
    draw_for_audit("block", now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    given = give(task, alice, now, said=LEGITIMATE)
    assert given.pending is None and Verdict.objects.get().blind


def test_nobody_is_served_a_case_whose_verdict_waits(held, alice, bob, now) -> None:
    give(held, alice, now)
    assert services.claim_task(reviewer=bob, now=now) is None


def test_a_deadline_does_not_overtake_a_verdict_that_waits(held, alice, now) -> None:
    late = now + timedelta(minutes=59, seconds=55)
    services.extend_lease(task_id=held.pk, token=held.token, reviewer=alice, now=now)
    ReviewTask.objects.filter(pk=held.pk).update(leased_until=late + TEN)
    give(held, alice, late)
    services.expire_deadlines(now=late + timedelta(seconds=6))
    services.commit_due(now=late + TEN)
    assert Disposition.objects.get().cause == "verdict"


def test_a_payment_that_ends_meanwhile_keeps_the_verdict_and_is_left_alone(
    held, alice, now
) -> None:
    give(held, alice, now)
    TransactionEvent.objects.create(
        transaction=held.items.get().transaction,
        type="cancelled",
        occurred_at=now,
        received_at=now,
    )
    services.close_moot(now=now)
    services.commit_due(now=now + TEN)
    assert Verdict.objects.count() == 1 and not Disposition.objects.exists()


def test_what_arrives_meanwhile_gets_a_look_of_its_own(alice, now) -> None:
    hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    give(task, alice, now)
    hold(now=now, customer_id="victim")
    services.open_cases(now=now + timedelta(seconds=1))
    services.commit_due(now=now + TEN)
    (waiting,) = ReviewTask.objects.filter(status="open")
    assert waiting.case_id == task.case_id and waiting.items.filter(resolution="").count() == 1


def test_a_verdict_whose_task_has_ended_otherwise_is_refused_and_told(held, alice, now) -> None:
    pending = give(held, alice, now).pending
    ReviewTask.objects.filter(pk=held.pk).update(status="moot")
    assert services.commit_due(now=now + TEN) == 1
    pending.refresh_from_db()
    assert (pending.end, state(held)) == ("refused", "moot")
    assert held.case.events.filter(type="verdict_refused").exists()
    assert not Verdict.objects.exists()
