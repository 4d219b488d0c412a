"""A lead takes a case from somebody, or gives it to somebody."""

from datetime import timedelta
from decimal import Decimal

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import CaseEvent, DeskAction, Reviewer, ReviewTask
from labeling.services.leading import reassign_task
from scoring.domain.errors import Conflict, InvalidRecord, InvalidTransition, LeaseLost, NotFound
from tests.labeling.payments import hold

pytestmark = pytest.mark.django_db
REASON = "Alice went home ill."


@pytest.fixture
def task(now, alice) -> ReviewTask:
    hold(now=now, customer_id="C1")
    services.open_cases(now=now)
    return services.claim_task(reviewer=alice, now=now)


def reassign(task, actor, now, **fields) -> ReviewTask:
    return reassign_task(task_id=task.pk, reason=REASON, actor=actor, now=now, **fields)


def test_the_holder_loses_it_and_their_page_is_refused(task, now, alice, lea) -> None:
    taken = reassign(task, lea, now)
    assert (taken.status, taken.leased_by) == ("open", None)
    with pytest.raises(LeaseLost):
        services.extend_lease(task_id=task.pk, token=task.token, reviewer=alice, now=now)


def test_the_holder_is_not_served_it_again_but_others_are(task, now, alice, bob, lea) -> None:
    reassign(task, lea, now)
    assert services.claim_task(reviewer=alice, now=now) is None
    assert services.claim_task(reviewer=bob, now=now).pk == task.pk


def test_a_target_holds_it_and_finds_it_as_their_next_case(task, now, bob, lea) -> None:
    given = reassign(task, lea, now, target=bob)
    assert (given.leased_by, given.leased_until) == (bob, now + timedelta(minutes=10))
    claimed = services.claim_task(reviewer=bob, now=now)
    assert (claimed.pk, claimed.token) == (given.pk, given.token)


def test_a_waiting_task_is_given_to_somebody(now, bob, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    given = reassign(ReviewTask.objects.get(), lea, now, target=bob)
    assert given.leased_by == bob


def test_it_is_told_in_the_case_and_among_the_actions(task, now, alice, bob, lea) -> None:
    reassign(task, lea, now, target=bob)
    event = CaseEvent.objects.get(type="reassigned")
    assert (event.actor, event.data["reviewer"], event.data["to"]) == (lea, alice.pk, bob.pk)
    action = DeskAction.objects.get()
    assert action.sentence == f"Took case {task.case_id} from Alice and gave it to Bob."
    assert (action.actor, action.reason) == (lea, REASON)


@pytest.mark.parametrize("reason", ["", "ill", " " * 9, "x" * 201])
def test_it_needs_a_reason(task, now, alice, lea, reason) -> None:
    with pytest.raises(InvalidRecord):
        reassign_task(task_id=task.pk, reason=reason, actor=lea, now=now)
    task.refresh_from_db()
    assert task.leased_by == alice and not DeskAction.objects.exists()


def test_whoever_holds_another_case_gets_no_second_one(task, now, bob, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    services.claim_task(reviewer=bob, now=now)
    with pytest.raises(Conflict) as refused:
        reassign(task, lea, now, target=bob)
    assert refused.value.code == "holds_another"


def test_a_lease_that_ran_out_stands_in_nobodys_way(task, now, bob, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    services.claim_task(reviewer=bob, now=now - timedelta(minutes=20))
    assert reassign(task, lea, now, target=bob).leased_by == bob


def test_nobody_judges_a_payment_twice_by_order(task, now, alice, bob, lea) -> None:
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=alice,
        judgements=Judgement(VerdictValue.CANNOT_TELL),
        now=now,
    )
    second = ReviewTask.objects.get(kind="second")
    with pytest.raises(Conflict) as refused:
        reassign(second, lea, now, target=alice)
    assert refused.value.code == "judged_before"


def test_nobody_gets_back_what_they_escalated(task, now, alice, lea) -> None:
    services.escalate_task(
        task_id=task.pk, token=task.token, reviewer=alice, reason="Too large", now=now
    )
    with pytest.raises(Conflict) as refused:
        reassign(task, lea, now, target=alice)
    assert refused.value.code == "for_leads"


def test_nobody_gets_more_than_they_decide_alone(task, now, bob, lea) -> None:
    Reviewer.objects.create(user=bob, authority=Decimal("100"))
    with pytest.raises(Conflict) as refused:
        reassign(task, lea, now, target=bob)
    assert refused.value.code == "above_authority"


@pytest.mark.parametrize("person", ["sam", "max_", "charlie"])
def test_only_reviewers_get_cases(task, now, lea, person, request) -> None:
    with pytest.raises(InvalidRecord):
        reassign(task, lea, now, target=request.getfixturevalue(person))


def test_what_is_decided_stays_with_nobody(task, now, alice, bob, lea) -> None:
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=alice,
        judgements=Judgement(VerdictValue.LEGITIMATE),
        now=now,
    )
    with pytest.raises(InvalidTransition):
        reassign(task, lea, now, target=bob)
    with pytest.raises(NotFound):
        reassign_task(task_id=999_999, reason=REASON, actor=lea, now=now)


def test_an_open_task_needs_somebody_to_go_to(now, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    with pytest.raises(InvalidTransition):
        reassign(ReviewTask.objects.get(), lea, now)
