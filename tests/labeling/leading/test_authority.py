"""Nobody decides alone what is above their authority, also if it grows in their hands."""

from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from labeling import services
from labeling.domain.authority import check_authority, is_within
from labeling.models import CaseEvent, Reviewer, ReviewTask, TaskSkip, Verdict
from labeling.services.leading import set_limits
from scoring.domain.errors import Forbidden, LeaseLost
from tests.labeling.payments import hold

amounts = st.decimals(0, 10**9, places=2)


@given(amounts, amounts)
def test_up_to_the_limit_is_within_and_a_cent_more_is_not(authority, at_stake) -> None:
    assert is_within(authority, at_stake) == (at_stake <= authority)
    assert is_within(authority, authority)
    assert not is_within(authority, authority + Decimal("0.01"))
    check_authority(None, at_stake)
    with pytest.raises(Forbidden) as refused:
        check_authority(authority, authority + 1)
    assert refused.value.code == "above_authority"


@pytest.fixture
def task(now, alice):
    """A case of 120 in the hands of Alice, who decides up to 200 alone."""
    Reviewer.objects.create(user=alice, authority=Decimal("200"))
    hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    return services.claim_task(reviewer=alice, now=now)


def grow(now, amount) -> None:
    hold(now=now, customer_id="victim", amount=amount)
    services.open_cases(now=now)


@pytest.mark.django_db
def test_a_case_that_grows_within_the_limit_stays(task, now, alice) -> None:
    grow(now, "80")
    task.refresh_from_db()
    assert (task.leased_by, task.at_stake) == (alice, 200)


@pytest.mark.django_db
def test_a_case_that_grows_beyond_it_goes_to_a_lead(task, now, alice, bob, lea) -> None:
    grow(now, "80.01")
    task.refresh_from_db()
    assert (task.status, task.lane) == ("open", "escalated")
    assert services.claim_task(reviewer=bob, now=now) is None
    assert services.claim_task(reviewer=lea, now=now).pk == task.pk
    assert CaseEvent.objects.get(type="beyond_authority").data["reviewer"] == alice.pk
    assert TaskSkip.objects.get().reviewer == alice


@pytest.mark.django_db
def test_what_its_holder_still_sends_is_refused(task, now, alice) -> None:
    grow(now, "500")
    with pytest.raises(LeaseLost):
        services.extend_lease(task_id=task.pk, token=task.token, reviewer=alice, now=now)


@pytest.mark.django_db
def test_its_holder_is_told_why(alice, client_of) -> None:
    clock = timezone.now()
    Reviewer.objects.create(user=alice, authority=Decimal("200"))
    hold(now=clock, customer_id="victim")
    services.open_cases(now=clock)
    task = services.claim_task(reviewer=alice, now=clock)
    grow(clock, "500")
    page = client_of(alice).get(f"/tasks/{task.pk}/").content.decode()
    assert "More is at stake now than you decide alone." in page


@pytest.mark.django_db
def test_a_lead_has_no_limit(now, lea) -> None:
    Reviewer.objects.create(user=lea, authority=Decimal("200"))
    hold(now=now, customer_id="victim")
    services.open_cases(now=now)
    services.claim_task(reviewer=lea, now=now)
    grow(now, "5000")
    assert ReviewTask.objects.get().leased_by == lea


@pytest.mark.django_db
def test_a_limit_that_was_lowered_meanwhile_counts_for_the_verdict(alice, client_of, lea) -> None:
    clock = timezone.now()
    hold(now=clock)
    services.open_cases(now=clock)
    task = services.claim_task(reviewer=alice, now=clock)
    set_limits(
        reviewer=alice,
        minutes_per_day=300,
        authority=Decimal("100"),
        reason="A probation.",
        actor=lea,
        now=clock,
    )
    items = [task.items.get().pk]
    sent = {"token": task.token, "verdict": "legitimate", "items": items}
    answer = client_of(alice).post(f"/tasks/{task.pk}/verdict/", sent)
    assert answer.status_code == 403
    assert "More is at stake than you decide alone." in answer.content.decode()
    assert not Verdict.objects.exists()
    assert ReviewTask.objects.get().leased_by == alice
