"""What ends a matter without a verdict."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import Label, ReviewCase, ReviewItem, ReviewTask, Verdict
from scoring.domain.errors import LeaseLost
from scoring.models import Disposition, TransactionEvent
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db


def report(payment, type, now) -> None:
    TransactionEvent.objects.create(
        transaction=payment, type=type, occurred_at=now, received_at=now
    )


@pytest.mark.parametrize("type", ["issuer_declined", "cancelled", "refunded"])
def test_an_event_that_ends_the_matter_closes_its_task(now, type) -> None:
    payment = hold(now=now)
    services.open_cases(now=now)
    report(payment, type, now)
    assert services.close_moot(now=now) == 1
    assert ReviewItem.objects.get().resolution == "moot"
    assert (ReviewTask.objects.get().status, ReviewCase.objects.get().status) == ("moot", "closed")
    assert not Disposition.objects.exists()


@pytest.mark.parametrize("type", ["captured", "challenge_passed"])
def test_other_events_close_nothing(now, type) -> None:
    payment = hold(now=now)
    services.open_cases(now=now)
    report(payment, type, now)
    assert services.close_moot(now=now) == 0


def test_a_payment_refunded_under_review_loses_its_lease(now, alice) -> None:
    payment = hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    report(payment, "refunded", now)
    services.close_moot(now=now)
    with pytest.raises(LeaseLost):
        services.record_verdict(
            task_id=task.pk,
            token=task.token,
            reviewer=alice,
            judgements=Judgement(VerdictValue.LEGITIMATE),
            now=now,
        )


def test_the_rest_of_the_case_stays_open(now) -> None:
    gone = hold(now=now, customer_id="victim", amount="900")
    hold(now=now, customer_id="victim", amount="50")
    services.open_cases(now=now)
    report(gone, "cancelled", now)
    services.close_moot(now=now)
    task = ReviewTask.objects.get()
    assert (task.status, task.at_stake) == ("open", 50)


def test_audits_stay_because_dropping_them_would_bend_the_sample(now) -> None:
    payment = draw_for_audit("approve", now=now)
    services.open_cases(now=now)
    report(payment, "refunded", now)
    assert services.close_moot(now=now) == 0
    assert services.expire_deadlines(now=now + timedelta(days=2)) == 0


def test_a_timeout_disposes_by_the_policy_and_claims_no_truth(now) -> None:
    hold(now=now, minutes=30)
    services.open_cases(now=now)
    assert services.expire_deadlines(now=now + timedelta(minutes=29)) == 0
    assert services.expire_deadlines(now=now + timedelta(minutes=30)) == 1
    disposition = Disposition.objects.get()
    assert (disposition.action, disposition.cause, disposition.verdict_id) == (
        "release",
        "timeout",
        None,
    )
    assert ReviewItem.objects.get().resolution == "timeout"
    assert not Verdict.objects.exists() and not Label.objects.exists()


def test_a_timeout_happens_once(now) -> None:
    hold(now=now, minutes=30)
    services.open_cases(now=now)
    late = now + timedelta(minutes=31)
    assert [services.expire_deadlines(now=late) for _ in range(2)] == [1, 0]
    assert Disposition.objects.count() == 1


def test_a_payment_that_ended_is_moot_and_not_timed_out(now) -> None:
    payment = hold(now=now, minutes=30)
    services.open_cases(now=now)
    report(payment, "issuer_declined", now)
    assert services.expire_deadlines(now=now + timedelta(minutes=31)) == 0
    assert ReviewItem.objects.get().resolution == "moot"


def test_the_deadline_holds_also_while_somebody_looks(now, alice) -> None:
    hold(now=now, minutes=5)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    services.expire_deadlines(now=now + timedelta(minutes=5))
    with pytest.raises(LeaseLost):
        services.extend_lease(task_id=task.pk, token=task.token, reviewer=alice, now=now)
