"""Duty, limits and surges: each change leaves a row with who, when and why."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from labeling.models import DeskAction, Reviewer, SurgeChange
from labeling.selectors.surge import current_surge, surge_active
from labeling.services.leading import end_surge, set_duty, set_limits, start_surge
from scoring.domain.errors import InvalidRecord, InvalidTransition

pytestmark = pytest.mark.django_db
REASON = "Cards are being tested by the thousand."


def test_duty_is_kept_with_its_beginning(now, alice) -> None:
    set_duty(reviewer=alice, on_duty=True, actor=alice, now=now)
    assert alice.reviewer.on_duty_since == now
    set_duty(reviewer=alice, on_duty=False, actor=alice, now=now + timedelta(hours=4))
    row = Reviewer.objects.get(user=alice)
    assert (row.on_duty, row.on_duty_since) == (False, None)
    sentences = DeskAction.objects.order_by("pk").values_list("sentence", flat=True)
    assert list(sentences) == ["Alice is on duty.", "Alice is off duty."]


def test_saying_it_twice_changes_nothing(now, alice, lea) -> None:
    set_duty(reviewer=alice, on_duty=False, actor=lea, now=now)
    set_duty(reviewer=alice, on_duty=False, actor=lea, now=now)
    assert DeskAction.objects.count() == 1


def test_limits_keep_what_was_before(now, alice, lea) -> None:
    set_limits(
        reviewer=alice,
        minutes_per_day=300,
        authority=Decimal("2500"),
        reason="Back after a year.",
        actor=lea,
        now=now,
    )
    row = Reviewer.objects.get(user=alice)
    assert (row.minutes_per_day, row.authority) == (300, Decimal("2500"))
    action = DeskAction.objects.get()
    assert action.sentence == ("Alice reviews 300 minutes a day and decides up to €2,500.00 alone.")
    assert action.data["before"] == {"minutes_per_day": 360, "authority": None}


@pytest.mark.parametrize(
    ("minutes", "authority", "field"),
    [
        (-1, None, "minutes_per_day"),
        (1441, None, "minutes_per_day"),
        (300, Decimal(0), "authority"),
        (300, Decimal("-5"), "authority"),
        (300, Decimal(10) ** 16, "authority"),
    ],
)
def test_impossible_limits_are_told(now, alice, lea, minutes, authority, field) -> None:
    with pytest.raises(InvalidRecord) as refused:
        set_limits(
            reviewer=alice,
            minutes_per_day=minutes,
            authority=authority,
            reason="A good reason.",
            actor=lea,
            now=now,
        )
    assert [error.field for error in refused.value.errors] == [field]
    assert not Reviewer.objects.exists()


def test_a_surge_ends_by_itself(now, lea) -> None:
    start_surge(hours=2, reason=REASON, actor=lea, now=now)
    assert surge_active(now) and surge_active(now + timedelta(minutes=119))
    assert not surge_active(now + timedelta(hours=2))
    surge = current_surge(now)
    assert surge and (surge.actor, surge.reason) == (lea, REASON)


def test_a_surge_is_ended_by_hand(now, lea) -> None:
    start_surge(hours=2, reason=REASON, actor=lea, now=now)
    end_surge(reason="It is over.", actor=lea, now=now + timedelta(minutes=5))
    assert not surge_active(now + timedelta(minutes=6))
    assert SurgeChange.objects.count() == 2 and DeskAction.objects.count() == 2


def test_one_surge_at_a_time(now, lea) -> None:
    with pytest.raises(InvalidTransition):
        end_surge(reason="Nothing to end.", actor=lea, now=now)
    start_surge(hours=2, reason=REASON, actor=lea, now=now)
    with pytest.raises(InvalidTransition):
        start_surge(hours=1, reason=REASON, actor=lea, now=now)
    start_surge(hours=1, reason=REASON, actor=lea, now=now + timedelta(hours=3))


@pytest.mark.parametrize("hours", [0, 13, -1])
def test_a_surge_lasts_some_hours(now, lea, hours) -> None:
    with pytest.raises(InvalidRecord):
        start_surge(hours=hours, reason=REASON, actor=lea, now=now)


@pytest.mark.parametrize("model", [SurgeChange, DeskAction])
def test_what_was_done_is_never_rewritten(now, lea, model) -> None:
    start_surge(hours=2, reason=REASON, actor=lea, now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(reason="Nobody knows")
