"""Whom a task is served to: authority, own queues, second pairs of eyes."""

from decimal import Decimal

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import Reviewer, ReviewQueue, ReviewTask
from tests.labeling.payments import hold

pytestmark = pytest.mark.django_db


def test_a_task_above_their_authority_goes_to_others(now, alice, bob) -> None:
    Reviewer.objects.create(user=alice, authority=Decimal(500))
    dear, cheap = hold(now=now, amount="900"), hold(now=now, amount="500")
    services.open_cases(now=now)
    assert services.claim_task(reviewer=alice, now=now).headline == cheap
    assert services.claim_task(reviewer=bob, now=now).headline == dear


def test_leads_are_served_what_nobody_else_may_decide(now, alice, lea) -> None:
    for person in (alice, lea):
        Reviewer.objects.create(user=person, authority=Decimal(500))
    hold(now=now, amount="100000")
    services.open_cases(now=now)
    assert services.claim_task(reviewer=alice, now=now) is None
    assert services.claim_task(reviewer=lea, now=now) is not None


@pytest.mark.parametrize("amount", ["0.00", "0.01", "1.00", "511.99", "512.00", "2000000000.00"])
def test_tasks_of_any_size_are_found(now, alice, amount) -> None:
    hold(now=now, amount=amount)
    services.open_cases(now=now)
    Reviewer.objects.create(user=alice, authority=max(Decimal(amount), Decimal(1)))
    assert services.claim_task(reviewer=alice, now=now) is not None


def test_whoever_works_some_queues_is_served_from_those_only(now, alice) -> None:
    hold(now=now, amount="5000")
    cheap = hold(now=now, amount="10")
    services.open_cases(now=now)
    Reviewer.objects.create(user=alice).queues.set(ReviewQueue.objects.filter(name="general"))
    assert services.claim_task(reviewer=alice, now=now).headline == cheap


def test_a_paused_queue_is_not_served_to_those_who_work_it(now, alice) -> None:
    hold(now=now, amount="5000")
    services.open_cases(now=now)
    dear = ReviewQueue.objects.filter(name="high-value")
    Reviewer.objects.create(user=alice).queues.set(dear)
    dear.update(paused_at=now)
    assert services.claim_task(reviewer=alice, now=now) is None


def test_a_queue_with_a_share_of_its_own_comes_before_greater_value(now, alice) -> None:
    hold(now=now, amount="5000")
    cheap = hold(now=now, amount="10")
    services.open_cases(now=now)
    ReviewQueue.objects.filter(name="general").update(reserved_percent=100)
    assert services.claim_task(reviewer=alice, now=now).headline == cheap


def test_an_empty_queue_leaves_its_share_to_the_others(now, alice) -> None:
    dear = hold(now=now, amount="5000")
    services.open_cases(now=now)
    ReviewQueue.objects.filter(name="general").update(reserved_percent=100)
    assert services.claim_task(reviewer=alice, now=now).headline == dear


@pytest.mark.parametrize("status", ["pending", "waiting", "done", "moot"])
def test_only_open_tasks_are_served(now, alice, status) -> None:
    hold(now=now)
    services.open_cases(now=now)
    ReviewTask.objects.update(status=status)
    assert services.claim_task(reviewer=alice, now=now) is None


def test_nobody_is_served_a_later_look_at_what_they_escalated(now, alice, bob, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    services.escalate_task(
        task_id=task.pk, token=task.token, reviewer=alice, reason="Beyond me", now=now
    )
    held = services.claim_task(reviewer=lea, now=now)
    services.record_verdict(
        task_id=held.pk,
        token=held.token,
        reviewer=lea,
        judgements=Judgement(VerdictValue.CANNOT_TELL),
        now=now,
    )
    assert services.claim_task(reviewer=alice, now=now) is None
    assert services.claim_task(reviewer=bob, now=now).kind == "second"
