"""Claiming the next task."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.models import CaseEvent, ReviewQueue, ReviewTask
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db


def test_an_empty_queue_has_nothing_to_claim(now, alice) -> None:
    assert services.claim_task(reviewer=alice, now=now) is None


def test_a_claim_leases_for_ten_minutes(now, alice) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    assert (task.status, task.leased_by, task.token) == ("leased", alice, 1)
    assert task.leased_until == now + timedelta(minutes=10)
    event = CaseEvent.objects.get(type="claimed")
    assert (event.actor, event.data["token"]) == (alice, 1)


def test_the_most_valuable_task_comes_first(now, alice) -> None:
    hold(now=now, amount="20")
    dear = hold(now=now, amount="900")
    services.open_cases(now=now)
    assert services.claim_task(reviewer=alice, now=now).items.get().transaction == dear


def test_two_reviewers_never_hold_the_same_task(now, alice, bob) -> None:
    hold(now=now)
    services.open_cases(now=now)
    assert services.claim_task(reviewer=alice, now=now) is not None
    assert services.claim_task(reviewer=bob, now=now) is None


def test_an_own_open_lease_is_given_back_on_reload(now, alice) -> None:
    for _ in range(2):
        hold(now=now)
    services.open_cases(now=now)
    first = services.claim_task(reviewer=alice, now=now)
    again = services.claim_task(reviewer=alice, now=now + timedelta(minutes=3))
    assert (again.pk, again.token, again.leased_until) == (
        first.pk,
        first.token,
        first.leased_until,
    )


def test_an_own_lease_that_ran_out_is_renewed_under_a_new_token(now, alice) -> None:
    for _ in range(2):
        hold(now=now)
    services.open_cases(now=now)
    first = services.claim_task(reviewer=alice, now=now)
    again = services.claim_task(reviewer=alice, now=now + timedelta(minutes=11))
    assert (again.pk, again.token) == (first.pk, first.token + 1)


def test_an_expired_lease_is_claimed_even_before_the_sweep_came_by(now, alice, bob) -> None:
    hold(now=now)
    services.open_cases(now=now)
    services.claim_task(reviewer=alice, now=now)
    task = services.claim_task(reviewer=bob, now=now + timedelta(minutes=11))
    assert task.leased_by == bob


def test_a_skipped_task_is_offered_to_others_only(now, alice, bob) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    services.skip_task(
        task_id=task.pk, token=task.token, reviewer=alice, reason="I know the customer", now=now
    )
    assert services.claim_task(reviewer=alice, now=now) is None
    assert services.claim_task(reviewer=bob, now=now).pk == task.pk


def test_a_released_task_is_offered_to_everybody(now, alice) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    services.release_task(task_id=task.pk, token=task.token, reviewer=alice, now=now)
    assert services.claim_task(reviewer=alice, now=now).pk == task.pk


def test_an_escalated_task_goes_to_a_lead(now, alice, bob, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    services.escalate_task(
        task_id=task.pk, token=task.token, reviewer=alice, reason="Beyond my limit", now=now
    )
    assert services.claim_task(reviewer=alice, now=now) is None
    assert services.claim_task(reviewer=bob, now=now) is None
    assert services.claim_task(reviewer=lea, now=now).pk == task.pk


def test_a_lead_does_not_decide_their_own_escalation(now, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=lea, now=now)
    services.escalate_task(
        task_id=task.pk, token=task.token, reviewer=lea, reason="Somebody else please", now=now
    )
    assert services.claim_task(reviewer=lea, now=now) is None


def test_a_paused_queue_is_not_served(now, alice) -> None:
    hold(now=now)
    services.open_cases(now=now)
    ReviewQueue.objects.update(paused_at=now)
    assert services.claim_task(reviewer=alice, now=now) is None


def test_one_queue_can_be_asked_for(now, alice) -> None:
    hold(now=now, amount="5000")
    small = hold(now=now, amount="10")
    services.open_cases(now=now)
    general = ReviewQueue.objects.get(name="general")
    task = services.claim_task(reviewer=alice, now=now, queue_id=general.pk)
    assert task.items.get().transaction == small


def test_what_is_due_soon_comes_before_value_when_its_lane_is_drawn(now, alice) -> None:
    hold(now=now, amount="5000")
    urgent = hold(now=now, amount="10", minutes=20)
    services.open_cases(now=now)
    # The draw depends on the moment; half of the moments fall on the lane of the urgent ones.
    for second in range(60):
        moment = now + timedelta(seconds=second)
        task = services.claim_task(reviewer=alice, now=moment)
        lane = CaseEvent.objects.filter(type="claimed").latest("id").data["lane"]
        if lane == "due_soon":
            assert task.items.get().transaction == urgent
            return
        services.release_task(task_id=task.pk, token=task.token, reviewer=alice, now=moment)
    pytest.fail("the due-soon lane was never drawn")


def test_audits_are_served_when_nothing_else_waits(now, alice) -> None:
    draw_for_audit("approve", now=now)
    services.open_cases(now=now)
    assert services.claim_task(reviewer=alice, now=now).kind == "audit"


def test_a_claim_is_a_few_queries(now, alice, django_assert_max_num_queries) -> None:
    for _ in range(5):
        hold(now=now)
    services.open_cases(now=now)
    alice.groups.values_list("name", flat=True)
    # Roles, settings, queues, surge; the claim in its savepoint, once more where the lane drawn was
    # empty; and reading the task.
    with django_assert_max_num_queries(11):
        services.claim_task(reviewer=alice, now=now)
    assert ReviewTask.objects.filter(status="leased").count() == 1
