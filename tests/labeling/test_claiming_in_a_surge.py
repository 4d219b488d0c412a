"""In a surge payments go by their deadline and checking waits, unless it is late."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.models import DeskSettings, SurgeChange
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def surge(now, lea) -> None:
    SurgeChange.objects.create(
        active=True, until=now + timedelta(hours=2), actor=lea, changed_at=now, reason="Attack"
    )


def test_the_earliest_deadline_comes_first_whatever_it_is_worth(now, alice) -> None:
    hold(now=now, amount="5000", minutes=59)
    urgent = hold(now=now, amount="10", minutes=50)
    services.open_cases(now=now)
    assert services.claim_task(reviewer=alice, now=now).headline == urgent


def test_checking_waits(now, alice) -> None:
    hold(now=now)
    draw_for_audit("approve", now=now)
    services.open_cases(now=now)
    DeskSettings.objects.update(value_percent=0, audit_percent=14, due_soon_percent=73)
    for second in range(30):
        moment = now + timedelta(seconds=second)
        task = services.claim_task(reviewer=alice, now=moment)
        assert task.kind == "first"
        services.release_task(task_id=task.pk, token=task.token, reviewer=alice, now=moment)


def test_a_late_audit_does_not_wait(now, alice) -> None:
    hold(now=now)
    audit = draw_for_audit("approve", now=now)
    services.open_cases(now=now)
    later = now + timedelta(minutes=61)
    assert services.claim_task(reviewer=alice, now=later).headline == audit


def test_after_the_surge_value_counts_again(now, alice, lea) -> None:
    dear = hold(now=now, amount="5000", minutes=59)
    hold(now=now, amount="10", minutes=50)
    services.open_cases(now=now)
    SurgeChange.objects.create(active=False, actor=lea, changed_at=now, reason="Over")
    assert services.claim_task(reviewer=alice, now=now).headline == dear
