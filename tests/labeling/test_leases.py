"""A lease is kept, given back or lost; a stale token changes nothing."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import CaseEvent, TaskSkip, Verdict
from scoring.domain.errors import InvalidRecord, LeaseLost, NotFound
from tests.labeling.payments import hold

pytestmark = pytest.mark.django_db
LEGITIMATE = Judgement(VerdictValue.LEGITIMATE)


@pytest.fixture
def task(now, alice):
    hold(now=now)
    services.open_cases(now=now)
    return services.claim_task(reviewer=alice, now=now)


def test_an_extended_lease_lasts_ten_more_minutes(task, now, alice) -> None:
    later = now + timedelta(minutes=8)
    services.extend_lease(task_id=task.pk, token=task.token, reviewer=alice, now=later)
    task.refresh_from_db()
    assert task.leased_until == later + timedelta(minutes=10)


def test_a_stolen_lease_is_refused(task, now, alice, bob) -> None:
    later = now + timedelta(minutes=11)
    services.expire_leases(now=later)
    services.claim_task(reviewer=bob, now=later)
    with pytest.raises(LeaseLost):
        services.record_verdict(
            task_id=task.pk, token=task.token, reviewer=alice, judgements=LEGITIMATE, now=later
        )
    assert not Verdict.objects.exists()


def test_a_lease_that_ran_out_is_refused(task, now, alice) -> None:
    with pytest.raises(LeaseLost) as refused:
        services.record_verdict(
            task_id=task.pk,
            token=task.token,
            reviewer=alice,
            judgements=LEGITIMATE,
            now=now + timedelta(minutes=10),
        )
    assert refused.value.code == "lease_lost" and refused.value.status == 409


def test_the_token_of_a_released_lease_is_stale(task, now, alice) -> None:
    services.release_task(task_id=task.pk, token=task.token, reviewer=alice, now=now)
    again = services.claim_task(reviewer=alice, now=now)
    assert again.pk == task.pk
    with pytest.raises(LeaseLost):
        services.release_task(task_id=task.pk, token=task.token, reviewer=alice, now=now)


def test_a_colleague_cannot_use_the_token(task, now, bob) -> None:
    with pytest.raises(LeaseLost):
        services.extend_lease(task_id=task.pk, token=task.token, reviewer=bob, now=now)


def test_an_unknown_task_is_not_found(now, alice) -> None:
    with pytest.raises(NotFound):
        services.release_task(task_id=999999, token=1, reviewer=alice, now=now)


@pytest.mark.parametrize("give_away", [services.skip_task, services.escalate_task])
@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_giving_away_needs_a_reason(task, now, alice, give_away, reason) -> None:
    with pytest.raises(InvalidRecord):
        give_away(task_id=task.pk, token=task.token, reviewer=alice, reason=reason, now=now)
    assert not TaskSkip.objects.exists()
    task.refresh_from_db()
    assert task.leased_by == alice


def test_the_sweep_returns_only_leases_that_ran_out(task, now) -> None:
    assert services.expire_leases(now=now + timedelta(minutes=9)) == 0
    assert services.expire_leases(now=now + timedelta(minutes=10)) == 1
    task.refresh_from_db()
    assert (task.status, task.leased_by, task.token) == ("open", None, 2)


def test_the_history_says_whose_lease_ran_out(task, now, alice) -> None:
    services.expire_leases(now=now + timedelta(minutes=10))
    assert CaseEvent.objects.get(type="lease_expired").data["reviewer"] == alice.pk
