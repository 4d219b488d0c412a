"""Audits and second looks stay within their part of the minutes that people work."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.domain.queue import Lane
from labeling.models import CaseEvent, DeskSettings, ReviewTask, Verdict
from labeling.selectors.desk import checking_allowed, desk_settings, lane_shares
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db


def worked(reviewer, task: ReviewTask, minutes: float | None, now, held: float = 5) -> None:
    """A verdict as the rows of the past show it."""
    Verdict.objects.create(
        item=task.items.get(),
        task=task,
        reviewer=reviewer,
        value="legitimate",
        blind=task.blind,
        presentation="full",
        claimed_at=now - timedelta(minutes=held),
        given_at=now,
        active_seconds=None if minutes is None else minutes * 60,
    )
    ReviewTask.objects.filter(pk=task.pk).update(status="done", done_at=now, done_by=reviewer)


@pytest.fixture
def tasks(now):
    hold(now=now)
    draw_for_audit("block", now=now)
    services.open_cases(now=now)
    return {task.lane: task for task in ReviewTask.objects.all()}


def test_the_minutes_of_the_page_count(tasks, now, alice) -> None:
    worked(alice, tasks["value"], 30, now)
    worked(alice, tasks["audit"], 10, now)
    assert services.measure_lanes(now=now) == pytest.approx(0.25)
    row = DeskSettings.objects.get()
    assert (row.worked_minutes, row.checking_minutes) == (pytest.approx(40), pytest.approx(10))


def test_where_the_page_measured_nothing_the_time_from_claim_to_verdict_counts(
    tasks, now, alice
) -> None:
    worked(alice, tasks["value"], None, now, held=6)
    worked(alice, tasks["audit"], None, now, held=600)
    # Nobody holds a task for longer than its lease without saying so.
    assert services.measure_lanes(now=now) == pytest.approx(10 / 16)


def test_yesterday_does_not_count(tasks, now, alice) -> None:
    worked(alice, tasks["audit"], 100, now - timedelta(hours=9))
    assert services.measure_lanes(now=now) == 0


def measured(checking: float, of: float = 480) -> None:
    DeskSettings.objects.update(checking_minutes=checking, worked_minutes=of)


def lanes_drawn(reviewer, now, times: int = 30) -> set[str]:
    """In which lanes this reviewer is served while all of them have work."""
    for second in range(times):
        moment = now + timedelta(seconds=second)
        task = services.claim_task(reviewer=reviewer, now=moment)
        services.release_task(task_id=task.pk, token=task.token, reviewer=reviewer, now=moment)
    return set(
        CaseEvent.objects.filter(type="claimed").values_list("data__lane", flat=True).distinct()
    )


def test_past_the_limit_checking_waits_for_other_work_to_end(tasks, now, alice) -> None:
    measured(96)
    assert lanes_drawn(alice, now) == {"value"}
    ReviewTask.objects.filter(lane="value").update(status="moot")
    assert services.claim_task(reviewer=alice, now=now).lane == "audit"


def test_below_the_limit_checking_has_its_share(tasks, now, alice) -> None:
    measured(95)
    DeskSettings.objects.update(due_soon_percent=0, value_percent=75)
    assert lanes_drawn(alice, now, 60) == {"value", "audit"}


def test_an_audit_past_its_deadline_comes_first(now, alice) -> None:
    hold(now=now, amount="900", minutes=600)
    audit = draw_for_audit("approve", now=now)
    services.open_cases(now=now)
    for minutes, first in ((59, False), (61, True)):
        moment = now + timedelta(minutes=minutes)
        measured(0)
        DeskSettings.objects.update(
            due_soon_percent=0, value_percent=99, audit_percent=1, second_percent=0, learn_percent=0
        )
        task = services.claim_task(reviewer=alice, now=moment)
        assert (task.headline == audit) is first
        services.release_task(task_id=task.pk, token=task.token, reviewer=alice, now=moment)


def test_past_the_limit_no_audit_comes_first(now, alice) -> None:
    dear = hold(now=now, amount="900", minutes=600)
    draw_for_audit("approve", now=now)
    services.open_cases(now=now)
    measured(200)
    task = services.claim_task(reviewer=alice, now=now + timedelta(minutes=90))
    assert task.headline == dear


def test_the_declared_shares_are_those_of_the_settings(db) -> None:
    DeskSettings.objects.update(value_percent=27, learn_percent=10)
    assert lane_shares(desk_settings())[Lane.LEARN] == 0.1
    assert checking_allowed(desk_settings())
