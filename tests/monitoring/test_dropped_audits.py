"""An audit that nobody looks at raises the alarm: on the report, in `doctor`, for Prometheus."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fraudreview.doctor import QUESTIONS, Unwell
from labeling.models import CaseEvent, ReviewItem, ReviewTask
from labeling.services import (
    claim_task,
    close_moot,
    expire_deadlines,
    expire_leases,
    open_cases,
    skip_task,
)
from monitoring.selectors.audit_draws import newest_sample_check
from monitoring.services.audits import check_sample
from scoring.models import CaseRequest
from tests.labeling.payments import decide, pay

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def drawn(at):
    """Three payments drawn yesterday, with their cases."""
    payments = [pay(now=at - DAY) for _ in range(3)]
    for payment in payments:
        decide(payment, "approve", now=at - DAY, probability=0.02, audited=True)
    open_cases(now=at - DAY)
    return payments


def metrics(api_key) -> dict[str, float]:
    lines = api_key("metrics:read").get("/metrics").content.decode().splitlines()
    pairs = [line.split() for line in lines if line.startswith("fraudreview_audit_")]
    return {name: float(value) for name, value in pairs}


def test_audits_that_wait_raise_nothing(drawn, at, api_key):
    check = check_sample(now=at)
    assert (check.body["alarm"], check.body["dropped"]) == (False, 0)
    assert "every drawn payment has its look" in QUESTIONS["audits"]()
    assert metrics(api_key)["fraudreview_audit_alarm"] == 0


def test_a_task_that_was_deleted_raises_the_alarm_everywhere(drawn, at, api_key):
    item = ReviewItem.objects.get(transaction=drawn[1])
    task = item.task
    ReviewItem.objects.filter(pk=item.pk).update(task=None)
    task.delete()
    check_sample(now=at)
    assert newest_sample_check().report.body["dropped_ids"] == [drawn[1].external_id]
    with pytest.raises(Unwell, match="1 payments drawn for an audit are with nobody"):
        QUESTIONS["audits"]()
    shown = metrics(api_key)
    assert shown["fraudreview_audit_alarm"] == 1
    assert shown["fraudreview_audit_dropped"] == 1
    assert shown["fraudreview_audit_check_age_seconds"] >= 0


def test_a_case_that_was_never_opened_raises_the_alarm(at):
    decide(pay(now=at - DAY), "block", now=at - DAY, audited=True)
    CaseRequest.objects.update(consumed_at=at - DAY)  # as if the sweep had swallowed it
    assert check_sample(now=at).body["dropped"] == 1


def test_an_item_that_was_closed_without_a_verdict_raises_the_alarm(drawn, at):
    ReviewItem.objects.filter(transaction=drawn[0]).update(resolution="override", resolved_at=at)
    assert check_sample(now=at).body["dropped_ids"] == [drawn[0].external_id]


def test_a_case_has_an_hour_to_open(at):
    decide(pay(now=at), "block", now=at, audited=True)
    assert check_sample(now=at + timedelta(minutes=50)).body["dropped"] == 0
    assert check_sample(now=at + timedelta(minutes=70)).body["dropped"] == 1


def test_no_deadline_disposes_of_an_audit(drawn, at):
    later = at + timedelta(days=27)
    assert expire_deadlines(now=later) == 0
    assert close_moot(now=later) == 0
    assert set(ReviewTask.objects.values_list("status", flat=True)) == {"open"}
    assert set(ReviewItem.objects.values_list("resolution", flat=True)) == {""}


def test_the_sweep_of_leases_only_frees_an_audit(drawn, at, alice):
    task = ReviewTask.objects.earliest("pk")
    ReviewTask.objects.filter(pk=task.pk).update(
        status="leased", leased_by=alice, leased_until=at, claimed_at=at, token=1
    )
    assert expire_leases(now=at + timedelta(minutes=1)) == 1
    task.refresh_from_db()
    assert (task.status, task.leased_by, task.items.count()) == ("open", None, 1)
    assert CaseEvent.objects.filter(case=task.case, type="lease_expired").exists()
    assert check_sample(now=at).body["dropped"] == 0


def test_whoever_passes_an_audit_on_leaves_it_to_others(drawn, at, alice, bob):
    task = claim_task(reviewer=alice, now=at)
    skip_task(task_id=task.pk, token=task.token, reviewer=alice, reason="I know them.", now=at)
    task.refresh_from_db()
    assert task.status == "open"
    assert check_sample(now=at).body["dropped"] == 0
