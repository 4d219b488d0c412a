"""A share of the payments that teach most is served to learn from, and says so."""

import pytest
from django.utils import timezone

from labeling import services
from labeling.models import CaseEvent, DeskSettings, ReviewTask
from scoring.models import FeatureSetVersion, FeatureVector
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db


def learn(*, uncertain: int = 0, novel: int = 0) -> None:
    DeskSettings.objects.update(uncertain_percent=uncertain, novel_percent=novel)


def opened(now) -> ReviewTask:
    services.open_cases(now=now)
    return ReviewTask.objects.latest("pk")


def test_a_payment_near_the_threshold_is_served_to_learn_from(now) -> None:
    learn(uncertain=100)
    hold(now=now, probability=0.32)
    task = opened(now)
    assert (task.lane, task.blind, task.kind) == ("learn", False, "first")
    assert task.why.startswith("To learn from: the score lies where")


def test_a_customer_without_a_history_is_served_to_learn_from(now) -> None:
    learn(novel=100)
    payment = hold(now=now)
    features = FeatureSetVersion.objects.get(name="default")
    values = [1.0] * 34
    FeatureVector.objects.create(transaction=payment, feature_set=features, values=values)
    task = opened(now)
    assert (task.lane, task.why[:34]) == ("learn", "To learn from: this payment is unl")


def test_none_are_served_so_where_no_share_is_declared(now) -> None:
    learn()
    hold(now=now, probability=0.32)
    assert opened(now).lane == "value"


def test_the_draw_is_that_of_the_payment_and_takes_the_declared_share(now) -> None:
    learn(uncertain=25)
    for _ in range(120):
        hold(now=now, probability=0.32)
    services.open_cases(now=now)
    drawn = ReviewTask.objects.filter(lane="learn").count()
    # Outside of this once in a million runs with another key.
    assert 10 <= drawn <= 54


def test_an_attack_is_worth_more_than_a_lesson(now) -> None:
    learn(uncertain=100)
    hold(now=now, probability=0.32, customer_id="victim")
    assert opened(now).lane == "learn"
    hold(now=now, probability=0.32, customer_id="victim")
    task = opened(now)
    assert (task.lane, task.why) == ("value", "2 payments of one customer within a minute.")


def test_an_audit_is_never_a_lesson(now) -> None:
    learn(uncertain=100, novel=100)
    draw_for_audit("block", now=now)
    assert opened(now).lane == "audit"


def test_a_lesson_is_claimed_and_seen_in_its_list(alice, client_of) -> None:
    now = timezone.now()
    learn(uncertain=100)
    hold(now=now, probability=0.32)
    task = opened(now)
    page = client_of(alice).get("/queue/?lane=learn").content.decode()
    assert "To learn from: the score lies" in page
    assert services.claim_task(reviewer=alice, now=now).pk == task.pk
    assert CaseEvent.objects.get(type="claimed").data["lane"] == "learn"


def test_a_lesson_that_is_due_soon_is_served_in_time(now, alice) -> None:
    learn(uncertain=100)
    hold(now=now, probability=0.32, minutes=20)
    opened(now)
    DeskSettings.objects.update(
        due_soon_percent=99, value_percent=0, audit_percent=1, second_percent=0, learn_percent=0
    )
    services.claim_task(reviewer=alice, now=now)
    assert CaseEvent.objects.get(type="claimed").data["lane"] in ("due_soon", "learn")
