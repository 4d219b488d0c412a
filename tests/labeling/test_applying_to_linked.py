"""One verdict for linked open payments of others: what it may cover, and what each becomes."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import (
    CaseEvent,
    Label,
    Reviewer,
    ReviewItem,
    ReviewQueue,
    ReviewTask,
    Verdict,
)
from labeling.selectors.linked import applied_to_linked, linked_choices
from labeling.services import LinkedVerdict
from scoring.domain.errors import InvalidRecord
from scoring.models import Disposition
from tests.labeling.payments import draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db
FRAUD = Judgement(VerdictValue.FRAUD, "stolen_card")
UNSURE = Judgement(VerdictValue.CANNOT_TELL)
DEVICE = {"device_id": "phone-1"}


def claim(reviewer, payment, *, now) -> ReviewTask:
    """Lease the very task of a payment, whatever the queue would serve first."""
    others = ReviewTask.objects.filter(status="open").exclude(items__transaction=payment)
    ids = list(others.values_list("pk", flat=True))
    ReviewTask.objects.filter(pk__in=ids).update(lane="learn", rank=-9)
    ReviewTask.objects.filter(pk__in=ids).update(status="moot")
    task = services.claim_task(reviewer=reviewer, now=now)
    ReviewTask.objects.filter(pk__in=ids).update(status="open", lane="value")
    assert task.items.filter(transaction=payment).exists()
    return task


def decide(task, reviewer, *ids, now, judgement=FRAUD) -> list[Verdict]:
    return services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=reviewer,
        judgements=judgement,
        linked=LinkedVerdict(judgement, ids),
        now=now,
    )


def choices(task, reader) -> dict[str, str]:
    return {c.payment.external_id: c.refused for c in linked_choices(task, reader=reader)}


def test_open_payments_that_share_a_value_are_listed_with_what_would_happen(now, alice) -> None:
    own = hold(now=now, **DEVICE, ip_key="ip-1")
    linked = hold(now=now, **DEVICE, ip_key="ip-1", merchant_id="elsewhere")
    hold(now=now, merchant_id="elsewhere")
    pay(now=now, **DEVICE)
    services.open_cases(now=now)
    task = claim(alice, own, now=now)
    (choice,) = linked_choices(task, reader=alice)
    assert choice.payment == linked
    assert (choice.shares, choice.suggested) == ("device, IP", True)
    assert (choice.if_fraud, choice.if_legitimate, choice.refused) == ("decline", "release", "")


def test_what_shares_only_a_merchant_is_listed_last_and_not_suggested(now, alice) -> None:
    own = hold(now=now, **DEVICE)
    by_merchant = hold(now=now)
    by_device = hold(now=now - timedelta(days=1), **DEVICE, merchant_id="elsewhere")
    services.open_cases(now=now)
    found = linked_choices(claim(alice, own, now=now), reader=alice)
    assert [choice.payment for choice in found] == [by_device, by_merchant]
    assert [choice.suggested for choice in found] == [True, False]


def test_each_covered_payment_gets_verdict_label_and_disposition_of_its_own(now, alice) -> None:
    own, linked = hold(now=now, **DEVICE), hold(now=now, **DEVICE)
    services.open_cases(now=now)
    task = claim(alice, own, now=now)
    decide(task, alice, linked.external_id, now=now)
    verdict = Verdict.objects.get(item__transaction=linked)
    assert (verdict.value, verdict.reviewer, verdict.presentation) == ("fraud", alice, "linked")
    assert Label.objects.get(transaction=linked).value == "fraud"
    assert Disposition.objects.get(transaction=linked).action == "decline"
    assert verdict.task.status == "done" and verdict.task.case.status == "closed"
    assert set(ReviewItem.objects.values_list("resolution", flat=True)) == {"verdict"}


def test_labels_of_linked_verdicts_have_no_propensity(now, alice) -> None:
    own, linked = hold(now=now, **DEVICE), hold(now=now, **DEVICE)
    services.open_cases(now=now)
    decide(claim(alice, own, now=now), alice, linked.external_id, now=now)
    assert Label.objects.get(transaction=own).propensity == 1.0
    assert Label.objects.get(transaction=linked).propensity is None


def test_what_a_colleague_holds_is_shown_with_the_name_and_left_alone(now, alice, bob) -> None:
    own, linked = hold(now=now, **DEVICE), hold(now=now, **DEVICE)
    services.open_cases(now=now)
    task = claim(alice, own, now=now)
    services.claim_task(reviewer=bob, now=now)
    assert choices(task, alice) == {linked.external_id: "Bob has it."}
    decide(task, alice, linked.external_id, now=now)
    assert not Verdict.objects.filter(item__transaction=linked).exists()
    assert applied_to_linked(task) == {
        "covered": [],
        "refused": [{"external_id": linked.external_id, "why": "Bob has it."}],
    }


def test_payments_of_the_other_case_that_are_not_linked_keep_waiting(now, alice) -> None:
    own = hold(now=now, **DEVICE)
    linked = hold(now=now, **DEVICE, customer_id="other", merchant_id="elsewhere")
    alone = hold(now=now, customer_id="other", merchant_id="elsewhere", amount="77.00")
    services.open_cases(now=now)
    decide(claim(alice, own, now=now), alice, linked.external_id, now=now)
    item = ReviewItem.objects.get(transaction=alone)
    assert item.resolution == "" and item.task.status == "open"
    assert item.task.at_stake == alone.base_amount
    assert item.case.status == "open"


def test_a_payment_that_is_not_linked_is_not_covered(now, alice) -> None:
    own, stranger = hold(now=now, **DEVICE), hold(now=now, merchant_id="elsewhere")
    services.open_cases(now=now)
    task = claim(alice, own, now=now)
    decide(task, alice, stranger.external_id, "never-heard-of", now=now)
    assert Verdict.objects.count() == 1
    assert len(applied_to_linked(task)["refused"]) == 2


def test_audits_and_blind_looks_are_never_among_the_linked(now, alice, bob) -> None:
    own = hold(now=now, **DEVICE)
    draw_for_audit("block", now=now, **DEVICE)
    unsure = hold(now=now, **DEVICE)
    services.open_cases(now=now)
    services.record_verdict(
        **_held(claim(bob, unsure, now=now)), reviewer=bob, judgements=UNSURE, now=now
    )
    assert choices(claim(alice, own, now=now), alice) == {}


def test_a_blind_verdict_reaches_nobody_else(now, alice) -> None:
    drawn, linked = draw_for_audit("block", now=now, **DEVICE), hold(now=now, **DEVICE)
    services.open_cases(now=now)
    task = claim(alice, drawn, now=now)
    assert linked_choices(task, reader=alice) == ()
    with pytest.raises(InvalidRecord):
        decide(task, alice, linked.external_id, now=now)
    assert not Verdict.objects.exists()


def test_whoever_cannot_tell_says_so_of_payments_one_by_one(now, alice) -> None:
    own, linked = hold(now=now, **DEVICE), hold(now=now, **DEVICE)
    services.open_cases(now=now)
    task = claim(alice, own, now=now)
    with pytest.raises(InvalidRecord):
        decide(task, alice, linked.external_id, now=now, judgement=UNSURE)


def test_four_eyes_and_skips_hold_for_linked_payments_too(now, alice, bob) -> None:
    own, skipped = hold(now=now, **DEVICE), hold(now=now, **DEVICE)
    services.open_cases(now=now)
    first = claim(alice, skipped, now=now)
    services.skip_task(**_held(first), reviewer=alice, reason="My neighbour", now=now)
    task = claim(alice, own, now=now)
    assert choices(task, alice) == {skipped.external_id: "You gave it to a colleague."}


def test_escalated_payments_are_left_to_the_leads(now, alice, bob, lea) -> None:
    own, raised = hold(now=now, **DEVICE), hold(now=now, **DEVICE)
    services.open_cases(now=now)
    services.escalate_task(
        **_held(claim(bob, raised, now=now)), reviewer=bob, reason="Too large", now=now
    )
    task = services.claim_task(reviewer=alice, now=now)
    assert task.items.get().transaction == own
    assert choices(task, alice) == {raised.external_id: "A lead decides it."}
    assert choices(task, lea) == {raised.external_id: ""}


def test_the_limits_of_a_reviewer_hold_for_linked_payments_too(now, alice, lea) -> None:
    own, large = hold(now=now, **DEVICE), hold(now=now, amount="900.00", **DEVICE)
    services.open_cases(now=now)
    task = claim(alice, own, now=now)
    limits = Reviewer.objects.update_or_create(user=alice, defaults={"authority": 500})[0]
    above = "It is above the amount that you decide alone."
    assert choices(task, alice) == {large.external_id: above}
    limits.authority = None
    limits.save()
    limits.queues.set(ReviewQueue.objects.exclude(tasks__items__transaction=large)[:1])
    assert choices(task, alice) == {large.external_id: "It is in a queue that is not yours."}


def test_both_cases_tell_what_happened(now, alice) -> None:
    own, linked = hold(now=now, **DEVICE), hold(now=now, **DEVICE)
    services.open_cases(now=now)
    task = claim(alice, own, now=now)
    decide(task, alice, linked.external_id, now=now)
    other = CaseEvent.objects.get(case__items__transaction=linked, type="verdict")
    assert other.data["linked_from"] == task.case_id and other.actor == alice
    assert applied_to_linked(task)["covered"] == [
        {"external_id": linked.external_id, "verdict": "fraud"}
    ]


def test_a_repeated_call_covers_nothing_twice(now, alice) -> None:
    own, linked = hold(now=now, **DEVICE), hold(now=now, **DEVICE)
    services.open_cases(now=now)
    task = claim(alice, own, now=now)
    first = decide(task, alice, linked.external_id, now=now)
    assert decide(task, alice, linked.external_id, now=now) == first
    assert Verdict.objects.count() == 2


def _held(task: ReviewTask) -> dict[str, int]:
    return {"task_id": task.pk, "token": task.token}
