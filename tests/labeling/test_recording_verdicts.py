"""A verdict becomes a label and a disposition, once."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import CaseEvent, Label, ReviewCase, ReviewItem, ReviewTask, Verdict
from scoring.domain.errors import Forbidden, InvalidRecord
from scoring.models import Disposition, TransactionEvent
from scoring.selectors.decisions import final_outcome, newest_disposition
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db
LEGITIMATE = Judgement(VerdictValue.LEGITIMATE)
FRAUD = Judgement(VerdictValue.FRAUD, "stolen_card", "Card reported stolen")
CANNOT_TELL = Judgement(VerdictValue.CANNOT_TELL)


def final(payment) -> str:
    return final_outcome(payment.decision, newest_disposition(payment.pk))


def judge(reviewer, now, judgements, **choice):
    services.open_cases(now=now)
    task = services.claim_task(reviewer=reviewer, now=now)
    return services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=reviewer,
        judgements=judgements,
        now=now,
        **choice,
    )


@pytest.mark.parametrize(
    ("judgement", "action", "outcome"),
    [(LEGITIMATE, "release", "approve"), (FRAUD, "decline", "block")],
)
def test_a_verdict_disposes_of_a_held_payment(now, alice, judgement, action, outcome) -> None:
    payment = hold(now=now)
    (verdict,) = judge(alice, now, judgement)
    disposition = Disposition.objects.get()
    assert (disposition.action, disposition.cause, disposition.actor, disposition.verdict_id) == (
        action,
        "verdict",
        alice,
        verdict.pk,
    )
    assert final(payment) == outcome


def test_a_verdict_becomes_a_label(now, alice) -> None:
    hold(now=now)
    (verdict,) = judge(alice, now, FRAUD)
    label = Label.objects.get()
    assert (label.value, label.source, label.fraud_type, label.reviewer, label.verdict) == (
        "fraud",
        "verdict",
        "stolen_card",
        alice,
        verdict,
    )
    assert (label.known_at, label.propensity) == (now, 1.0)


def test_a_verdict_closes_task_item_and_case(now, alice) -> None:
    hold(now=now)
    judge(alice, now, LEGITIMATE)
    task, item, case = ReviewTask.objects.get(), ReviewItem.objects.get(), ReviewCase.objects.get()
    assert (task.status, task.done_by, task.leased_by) == ("done", alice, None)
    assert (item.resolution, case.status) == ("verdict", "closed")
    types = list(CaseEvent.objects.order_by("id").values_list("type", flat=True))
    assert types == ["item_added", "claimed", "verdict", "closed"]


def test_a_repeated_verdict_is_recorded_once(now, alice) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    sent = {"task_id": task.pk, "token": task.token, "reviewer": alice, "judgements": FRAUD}
    first = services.record_verdict(**sent, now=now)
    again = services.record_verdict(**sent, now=now + timedelta(seconds=2))
    assert [verdict.pk for verdict in again] == [verdict.pk for verdict in first]
    assert (Verdict.objects.count(), Label.objects.count(), Disposition.objects.count()) == (
        1,
        1,
        1,
    )


@pytest.mark.parametrize(
    ("outcome", "judgement", "action"),
    [
        ("block", LEGITIMATE, "release"),
        ("block", FRAUD, None),
        ("approve", FRAUD, "void"),
        ("approve", LEGITIMATE, None),
    ],
)
def test_an_audit_only_corrects_what_was_wrong(now, alice, outcome, judgement, action) -> None:
    draw_for_audit(outcome, now=now)
    judge(alice, now, judgement)
    assert list(Disposition.objects.values_list("action", flat=True)) == (
        [action] if action else []
    )


def test_a_captured_payment_is_refunded(now, alice) -> None:
    payment = draw_for_audit("approve", now=now)
    TransactionEvent.objects.create(
        transaction=payment, type="captured", occurred_at=now, received_at=now
    )
    judge(alice, now, FRAUD)
    assert newest_disposition(payment.pk).action == "refund"
    assert final(payment) == "block"


def test_an_audit_label_carries_the_probability_of_its_draw(now, alice) -> None:
    draw_for_audit("approve", now=now)
    judge(alice, now, LEGITIMATE)
    assert Label.objects.get().propensity == 0.02


def test_cannot_tell_asks_a_second_person_blind(now, alice, bob) -> None:
    payment = hold(now=now)
    judge(alice, now, CANNOT_TELL)
    assert (Label.objects.get().value, final(payment)) == ("unknown", "review")
    second = ReviewTask.objects.get(round=2)
    assert (second.kind, second.blind, second.lane) == ("second", True, "second")
    assert services.claim_task(reviewer=alice, now=now) is None
    judge(bob, now, LEGITIMATE)
    assert final(payment) == "approve"
    assert Label.objects.latest("id").source == "second_review"


def test_two_who_cannot_tell_leave_it_to_a_lead(now, alice, bob, lea) -> None:
    payment = hold(now=now)
    judge(alice, now, CANNOT_TELL)
    judge(bob, now, CANNOT_TELL)
    judge(lea, now, FRAUD)
    assert final(payment) == "block"
    assert Label.objects.latest("id").source == "adjudication"


def test_an_audit_that_nobody_can_tell_does_not_wait_for_ever(now, alice, bob, lea) -> None:
    draw_for_audit("approve", now=now)
    for reviewer in (alice, bob, lea):
        judge(reviewer, now, CANNOT_TELL)
    assert ReviewCase.objects.get().status == "closed"
    assert not Disposition.objects.exists()


def test_payments_that_arrive_after_the_claim_are_not_covered(now, alice) -> None:
    first = hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    later = hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    services.record_verdict(
        task_id=task.pk, token=task.token, reviewer=alice, judgements=FRAUD, now=now
    )
    assert (final(first), final(later)) == ("block", "review")
    new_round = ReviewTask.objects.get(round=2)
    assert (new_round.status, new_round.kind) == ("open", "first")
    assert new_round.items.get().transaction == later


def test_whoever_saw_the_later_payment_may_judge_it_too(now, alice) -> None:
    hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    shown = {item.pk: FRAUD for item in task.items.all()}
    services.record_verdict(
        task_id=task.pk, token=task.token, reviewer=alice, judgements=shown, now=now
    )
    assert ReviewCase.objects.get().status == "closed"


def test_a_payment_that_arrives_after_the_verdict_opens_a_new_case(now, alice) -> None:
    hold(now=now, customer_id="victim")
    judge(alice, now, FRAUD)
    hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    assert ReviewCase.objects.count() == 2


def test_each_payment_can_get_a_verdict_of_its_own(now, alice) -> None:
    good, bad = hold(now=now, customer_id="victim"), hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    items = {item.transaction_id: item.pk for item in ReviewItem.objects.all()}
    judge(alice, now, {items[good.pk]: LEGITIMATE, items[bad.pk]: FRAUD})
    assert (final(good), final(bad)) == ("approve", "block")


def test_payments_of_another_task_are_refused(now, alice) -> None:
    hold(now=now)
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    foreign = ReviewItem.objects.exclude(task=task).get()
    with pytest.raises(InvalidRecord) as refused:
        services.record_verdict(
            task_id=task.pk,
            token=task.token,
            reviewer=alice,
            judgements={foreign.pk: LEGITIMATE},
            now=now,
        )
    assert refused.value.errors[0].code == "unknown_item"


def test_another_possible_disposition_can_be_chosen(now, alice) -> None:
    hold(now=now)
    judge(alice, now, FRAUD, disposition="step_up")
    assert Disposition.objects.get().action == "step_up"


def test_an_impossible_disposition_is_refused_and_nothing_is_stored(now, alice) -> None:
    hold(now=now)
    with pytest.raises(InvalidRecord) as refused:
        judge(alice, now, FRAUD, disposition="refund")
    assert refused.value.errors[0].code == "not_possible"


def test_nobody_chooses_a_disposition_behind_a_blind_verdict(now, alice) -> None:
    draw_for_audit("block", now=now)
    with pytest.raises(InvalidRecord):
        judge(alice, now, LEGITIMATE, disposition="release")


def test_nobody_judges_a_payment_twice(now, alice) -> None:
    payment = hold(now=now)
    judge(alice, now, CANNOT_TELL)
    # Even a lease that came about otherwise does not help.
    second = ReviewTask.objects.get(round=2)
    second.status, second.leased_by = "leased", alice
    second.leased_until, second.claimed_at = now + timedelta(minutes=5), now
    second.save()
    with pytest.raises(Forbidden) as refused:
        services.record_verdict(
            task_id=second.pk, token=second.token, reviewer=alice, judgements=FRAUD, now=now
        )
    assert refused.value.code == "judged_before"
    assert final(payment) == "review"


def test_measured_time_is_stored_with_the_verdict(now, alice) -> None:
    hold(now=now)
    (verdict,) = judge(alice, now, LEGITIMATE, active_seconds=41.5)
    assert (verdict.active_seconds, verdict.blind, verdict.presentation) == (41.5, False, "full")


def test_a_blind_verdict_says_that_it_was_blind(now, alice) -> None:
    draw_for_audit("approve", now=now)
    (verdict,) = judge(alice, now, LEGITIMATE)
    assert verdict.blind


def test_a_verdict_costs_few_queries_also_on_many_payments(
    now, alice, django_assert_max_num_queries
) -> None:
    for _ in range(5):
        hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    waiting = {item.pk: LEGITIMATE for item in task.items.all()}
    alice.groups.values_list("name", flat=True)
    with django_assert_max_num_queries(24):
        services.record_verdict(
            task_id=task.pk, token=task.token, reviewer=alice, judgements=waiting, now=now
        )
    assert Verdict.objects.count() == 5
