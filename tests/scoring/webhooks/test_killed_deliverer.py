"""Deliverers die, race and meet dead servers: everything arrives, at least once, in order."""

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from scoring.models import WebhookDelivery, WebhookEndpoint
from scoring.services.webhooks import announce, deliver_webhooks
from scoring.services.webhooks.claiming import LEASE, claim_deliveries
from scoring.services.webhooks.posting import Answer
from scoring.services.webhooks.recording import Attempt, record_attempts
from tests.processes import NO_BROKER, Processes, kill, wait_until
from tests.receivers import receiver

EVENTS = 300
LINES = 20


def endpoint_at(url: str, name: str = "shop") -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        name=name, url=url, events=["model.stage_changed"], created_at=timezone.now()
    )


def tell_many(number: int, lines: int = LINES) -> None:
    for each in range(number):
        announce(
            type="model.stage_changed",
            subject=f"line {each % lines}",
            data={"number": each},
            now=timezone.now(),
        )


def in_order(requests: Any, lines: int = LINES) -> bool:
    """Whether first arrivals of each line came in the order of their numbers."""
    firsts: dict[int, list[int]] = defaultdict(list)
    for request in requests:
        number = request.data["number"]
        if number not in firsts[number % lines]:
            firsts[number % lines].append(number)
    return all(numbers == sorted(numbers) for numbers in firsts.values())


@pytest.mark.slow
def test_a_killed_worker_delivers_again_and_loses_nothing(
    committed_db: str, tmp_path: Any, settings: Any
) -> None:
    settings.FRAUDREVIEW_WEBHOOK_PRIVATE = True
    with receiver() as here:
        endpoint_at(here.url)
        tell_many(EVENTS)
        hold = threading.Event()

        def slowly(_: Any) -> int:
            # Some requests are under way whenever the worker is killed.
            hold.wait(0.3)
            return 200

        here.answer = slowly
        with Processes(tmp_path, redis_url=NO_BROKER, FRAUDREVIEW_WEBHOOK_PRIVATE="1") as processes:
            for _ in range(3):
                before = len(here.requests)
                worker = processes.start_worker("webhooks")
                wait_until(lambda n=before: len(here.requests) > n + 20, what="some requests")
                kill(worker)
                assert end_leases() > 0, "nobody was in the middle of a request"
            hold.set()
            processes.start_worker("webhooks")
            wait_until(nothing_waits, what=f"the last delivery\n{processes.logs()}")
        arrived = [request.data["number"] for request in here.requests]
        assert set(arrived) == set(range(EVENTS))
        assert len(arrived) > EVENTS, "what was under way came again"
        assert in_order(here.requests)


def end_leases() -> int:
    """End the leases of the dead; nobody waits a minute for that in a test."""
    connection.close()
    abandoned = WebhookDelivery.objects.filter(state="pending", leased_until__isnull=False)
    return abandoned.update(leased_until=timezone.now())


def nothing_waits() -> bool:
    connection.close()
    return not WebhookDelivery.objects.exclude(state="delivered").exists()


def test_many_deliverers_send_each_once_and_in_order(committed_db: str, settings: Any) -> None:
    settings.FRAUDREVIEW_WEBHOOK_PRIVATE = True
    with receiver() as here:
        endpoint_at(here.url)
        tell_many(120, lines=7)

        def run(_: int) -> int:
            try:
                return deliver_webhooks(clock=timezone.now)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as deliverers:
            made = sum(deliverers.map(run, range(4)))
        assert made == len(here.requests) == 120
        assert here.most_at_once <= 8
        assert in_order(here.requests, lines=7)
        assert not WebhookDelivery.objects.exclude(state="delivered").exists()


def test_a_dead_endpoint_holds_up_nobody(committed_db: str, settings: Any) -> None:
    """It answers nothing at all, the costliest way of being dead."""
    settings.FRAUDREVIEW_WEBHOOK_PRIVATE = True
    release = threading.Event()
    with receiver() as dead, receiver() as well:
        dead.answer = lambda _: (release.wait(60) and 200) or 500
        endpoint_at(dead.url, "a dead one")
        endpoint_at(well.url, "a good one")
        tell_many(100, lines=100)
        thread = threading.Thread(
            target=lambda: (deliver_webhooks(clock=timezone.now, seconds=30), connection.close())
        )
        thread.start()
        try:
            # All of them, while the first requests to the dead one still wait for their answers.
            wait_until(lambda: len(well.requests) == 100, seconds=25, what="the good one's events")
            assert len(dead.requests) == 8
        finally:
            release.set()
            thread.join()


def test_an_abandoned_lease_ends(committed_db: str, settings: Any, now: Any) -> None:
    endpoint = endpoint_at("http://127.0.0.1:1/")
    tell_many(1)
    WebhookDelivery.objects.update(next_attempt_at=now)
    assert len(claim_deliveries(endpoint_id=endpoint.pk, now=now, most=9)) == 1
    assert claim_deliveries(endpoint_id=endpoint.pk, now=now, most=9) == []
    assert len(claim_deliveries(endpoint_id=endpoint.pk, now=now + LEASE, most=9)) == 1


def test_a_failure_after_the_lease_changes_nothing_a_success_counts(
    committed_db: str, now: Any
) -> None:
    endpoint = endpoint_at("http://127.0.0.1:1/")
    tell_many(1)
    WebhookDelivery.objects.update(next_attempt_at=now)
    claim_deliveries(endpoint_id=endpoint.pk, now=now, most=1)
    slow = WebhookDelivery.objects.get()
    later = now + LEASE + timedelta(seconds=1)
    claim_deliveries(endpoint_id=endpoint.pk, now=later, most=1)
    failed = Attempt(slow, now, Answer(130_000, error="timeout"))
    record_attempts(endpoint.pk, [failed], now=later)
    current = WebhookDelivery.objects.get()
    assert (current.state, current.leased_until) == ("pending", later + LEASE)
    record_attempts(endpoint.pk, [Attempt(slow, now, Answer(130_000, 200))], now=later)
    assert WebhookDelivery.objects.get().state == "delivered"
