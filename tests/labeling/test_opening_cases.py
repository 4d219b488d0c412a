"""Every request becomes exactly one item, and an attack one case."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.models import CaseEvent, ReviewCase, ReviewItem, ReviewTask
from scoring.models import CaseRequest
from tests.labeling.payments import draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db


def test_a_held_payment_becomes_a_case_with_a_task(now) -> None:
    payment = hold(now=now, amount="1284.00")
    assert services.open_cases(now=now) == 1
    item = ReviewItem.objects.get()
    assert (item.transaction_id, item.why) == (
        payment.pk,
        "The amount is 31 × this customer’s 30-day mean.",
    )
    task = item.task
    assert (task.kind, task.lane, task.blind, task.queue.name) == (
        "first",
        "value",
        False,
        "high-value",
    )
    assert task.at_stake == payment.base_amount
    assert task.due_at == now + timedelta(minutes=60)
    assert task.rank > 0


def test_a_request_is_consumed_once(now) -> None:
    hold(now=now)
    services.open_cases(now=now)
    assert services.open_cases(now=now) == 0
    assert ReviewItem.objects.count() == 1
    assert not CaseRequest.objects.filter(consumed_at=None).exists()


def test_an_attack_arrives_as_one_case(now) -> None:
    for minute in range(5):
        hold(now=now + timedelta(minutes=minute), customer_id="victim")
    services.open_cases(now=now + timedelta(minutes=5))
    case = ReviewCase.objects.get()
    assert case.items.count() == 5
    task = case.tasks.get()
    assert task.why == "5 payments of one customer in 4 min."
    assert task.at_stake == 600


def test_a_later_payment_joins_the_open_case(now) -> None:
    hold(now=now, customer_id="victim", probability=0.4)
    services.open_cases(now=now)
    before = ReviewTask.objects.get()
    hold(now=now, customer_id="victim", minutes=10)
    services.open_cases(now=now)
    task = ReviewTask.objects.get()
    assert task.items.count() == 2
    assert task.rank > before.rank
    assert task.due_at == now + timedelta(minutes=10)


def test_customers_do_not_share_a_case(now) -> None:
    hold(now=now)
    hold(now=now)
    services.open_cases(now=now)
    assert ReviewCase.objects.count() == 2


def test_payments_of_nobody_do_not_share_a_case(now) -> None:
    for _ in range(2):
        hold(now=now, customer_id=None, card_id=None)
    services.open_cases(now=now)
    assert ReviewCase.objects.count() == 2


def test_an_audit_stays_single_and_blind(now) -> None:
    hold(now=now, customer_id="victim")
    draw_for_audit("approve", now=now, customer_id="victim")
    draw_for_audit("block", now=now, customer_id="victim")
    services.open_cases(now=now)
    assert ReviewCase.objects.count() == 3
    for task in ReviewTask.objects.filter(kind="audit"):
        assert (task.blind, task.lane, task.why, task.rank) == (
            True,
            "audit",
            "Selected for review.",
            0,
        )


def test_an_audit_has_a_deadline_like_every_other_task(now) -> None:
    draw_for_audit("approve", now=now)
    services.open_cases(now=now)
    assert ReviewTask.objects.get().due_at == now + timedelta(minutes=60)


def test_an_approved_payment_needs_nobody(now) -> None:
    pay(now=now)
    assert services.open_cases(now=now) == 0


def test_a_limit_leaves_the_rest_for_the_next_sweep(now) -> None:
    for _ in range(3):
        hold(now=now)
    assert [services.open_cases(now=now, limit=2) for _ in range(3)] == [2, 1, 0]


def test_the_history_of_a_case_begins_with_its_items(now) -> None:
    hold(now=now)
    services.open_cases(now=now)
    assert [event.type for event in CaseEvent.objects.all()] == ["item_added"]


def test_opening_takes_the_same_number_of_queries_for_many(
    now, django_assert_max_num_queries
) -> None:
    for number in range(40):
        hold(now=now, customer_id=f"victim-{number % 10}")
    with django_assert_max_num_queries(22):
        services.open_cases(now=now)
