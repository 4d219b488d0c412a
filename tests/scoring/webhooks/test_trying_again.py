"""What fails is tried again with growing pauses, then given up, visibly; nothing overtakes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain.webhooks import schedule
from scoring.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(shop, subscribe):
    return subscribe(shop.url, "model.stage_changed")


def go_on(deliver, clock, requests=None):
    """Send until nothing waits, or so many requests were made, moving the clock to each."""
    made = 0
    while waiting := WebhookDelivery.objects.filter(state="pending").order_by("next_attempt_at"):
        rests = WebhookEndpoint.objects.get().rests_until
        clock.now = max(waiting[0].next_attempt_at, rests or clock(), clock())
        made += deliver()
        if requests is not None and made >= requests:
            break
    return made


def test_a_failure_is_tried_again_and_arrives(shop, endpoint, tell, deliver, clock):
    shop.answer = 503
    tell()
    assert deliver() == 1
    assert deliver() == 0, "the pause is not over"
    shop.answer = 200
    clock.forward(seconds=6)
    assert deliver() == 1
    assert [attempt.status for attempt in WebhookAttempt.objects.order_by("pk")] == [503, 200]
    first, second = shop.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_pauses_grow_and_the_last_failure_gives_up(shop, endpoint, tell, deliver, clock):
    shop.answer = 500
    tell()
    began = clock()
    assert go_on(deliver, clock) == schedule.ATTEMPTS
    times = list(WebhookAttempt.objects.order_by("pk").values_list("began_at", flat=True))
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses[:7] == sorted(pauses[:7])
    assert timedelta(hours=20) < clock() - began < timedelta(hours=32)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("failed", schedule.ATTEMPTS)


def test_a_later_event_of_the_same_subject_waits(shop, endpoint, tell, deliver, clock):
    shop.answer = lambda request: 500 if request.data["model_version"] == 1 else 200
    tell(1)
    tell(2)
    tell(3, subject="another")
    deliver()
    assert {request.data["model_version"] for request in shop.requests} == {1, 3}
    shop.answer = 200
    clock.forward(seconds=10)
    deliver()
    assert [request.data["model_version"] for request in shop.requests[2:]] == [1, 2]


def test_a_given_up_event_lets_the_later_ones_pass(shop, endpoint, tell, deliver, clock):
    shop.answer = lambda request: 500 if request.data["model_version"] == 1 else 200
    tell(1)
    tell(2)
    go_on(deliver, clock)
    states = list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["failed", "delivered"]
    assert shop.requests[-1].data["model_version"] == 2


def test_events_of_one_subject_arrive_in_order_whatever_fails(shop, endpoint, tell, deliver, clock):
    counted = {"requests": 0}

    def every_third(_):
        counted["requests"] += 1
        return 500 if counted["requests"] % 3 else 200

    shop.answer = every_third
    arrived = []
    shop_take = shop.take

    def noting(request):
        status = shop_take(request)
        if status == 200:
            arrived.append((request.told["data"]["model_version"] % 4, request.data))
        return status

    shop.take = noting
    for number in range(24):
        tell(number, subject=f"line {number % 4}")
    go_on(deliver, clock)
    assert len(arrived) == 24
    for line in range(4):
        numbers = [data["model_version"] for each, data in arrived if each == line]
        assert numbers == sorted(numbers)


def test_the_wish_of_the_receiver_is_heard(shop, endpoint, tell, deliver, clock):
    shop.answer, shop.headers = 429, {"Retry-After": "600"}
    tell()
    deliver()
    assert WebhookDelivery.objects.get().next_attempt_at == clock() + timedelta(seconds=600)


def test_a_wish_of_a_year_is_not(shop, endpoint, tell, deliver, clock):
    shop.answer, shop.headers = 429, {"Retry-After": "31536000"}
    tell()
    deliver()
    assert WebhookDelivery.objects.get().next_attempt_at == clock() + schedule.LONGEST_WISH


def test_an_endpoint_that_is_gone_is_disabled_at_once(shop, endpoint, tell, deliver, clock):
    shop.answer = 410
    tell()
    deliver()
    endpoint.refresh_from_db()
    assert (endpoint.disabled_at, endpoint.disabled_reason) == (clock(), "It answered 410: gone.")
    assert WebhookDelivery.objects.get().state == "failed"
    tell()
    assert WebhookDelivery.objects.count() == 1


def test_an_endpoint_that_fails_for_days_is_disabled(shop, endpoint, tell, deliver, clock):
    shop.answer = 500
    tell(0)
    deliver()
    clock.forward(days=4, hours=23)
    tell(1)
    deliver()
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is None
    clock.forward(hours=2)
    deliver()
    endpoint.refresh_from_db()
    assert endpoint.disabled_reason == "Nothing could be delivered for 5 days."
    assert not WebhookDelivery.objects.filter(state="pending").exists()


def test_a_success_forgives_everything(shop, endpoint, tell, deliver, clock):
    shop.answer = 500
    for number in range(9):
        tell(number, subject=f"line {number}")
    deliver()
    endpoint.refresh_from_db()
    assert endpoint.failures >= schedule.SUSPECT
    assert endpoint.rests_until > clock()
    shop.answer = 200
    clock.forward(minutes=6)
    deliver()
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.rests_until) == (0, None, None)


def test_a_failing_endpoint_is_asked_gently(shop, endpoint, tell, deliver, clock):
    """Its backlog does not use up its attempts while the server is down."""
    shop.answer = 500
    for number in range(100):
        tell(number, subject=f"line {number}")
    go_on(deliver, clock, requests=60)
    assert max(WebhookDelivery.objects.values_list("attempts", flat=True)) < schedule.ATTEMPTS
    assert WebhookDelivery.objects.filter(state="failed").count() == 0


@given(attempts=st.integers(1, schedule.ATTEMPTS - 1), draw=st.floats(0, 1, exclude_max=True))
def test_every_pause_lies_within_its_fifth(attempts, draw):
    now = datetime(2026, 11, 19, tzinfo=UTC)
    again = schedule.next_attempt(attempts=attempts, now=now, draw=draw)
    pause = min(schedule.FIRST_PAUSE * 4 ** (attempts - 1), schedule.LONGEST_PAUSE)
    assert 0.8 * pause <= again - now <= 1.2 * pause


@given(failures=st.integers(0, 10**9))
def test_a_rest_is_bounded(failures):
    assert timedelta() <= schedule.rest(failures) <= schedule.LONGEST_REST
    assert schedule.at_once(failures) in (1, schedule.AT_ONCE)
