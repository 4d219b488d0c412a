"""Delivering what waits: requests run in threads, every row is written by the one that began.

Nothing is held in the database while a request is under way. Threads are shared by all endpoints,
but none gets more than its few, so a dead one holds up nobody.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from django.conf import settings

from scoring.domain.webhooks.signing import headers
from scoring.models import WebhookDelivery
from scoring.selectors.webhooks.bodies import body_of
from scoring.selectors.webhooks.secrets import valid_secrets
from scoring.services.webhooks.claiming import claim_deliveries, claimed_rows, due_endpoints
from scoring.services.webhooks.posting import SECONDS, Answer, post
from scoring.services.webhooks.recording import Attempt, record_attempts
from scoring.services.webhooks.resolving import Resolver, resolve_host

logger = logging.getLogger(__name__)
THREADS = 64
# After so long the next task goes on: a worker also has other work.
LONGEST = timedelta(seconds=30)
# How often somebody looks for more while requests are under way.
LOOK_SECONDS = 0.2

Clock = Callable[[], datetime]
Under = dict["Future[Answer]", tuple[WebhookDelivery, datetime]]


def deliver_webhooks(
    *, clock: Clock, resolve: Resolver = resolve_host, seconds: float = SECONDS
) -> int:
    """Send whatever is due, until nothing is, and return how many requests were made.

    Safe to run in many workers at once. Each request may take `seconds`.
    """
    began, made = clock(), 0
    under_way: Under = {}
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as threads:
        while True:
            if clock() - began < LONGEST:
                for delivery in _claim(THREADS - len(under_way), clock()):
                    request = _request(threads, delivery, clock(), resolve, seconds)
                    under_way[request] = (delivery, clock())
                    made += 1
            if not under_way:
                return made
            done, _ = wait(under_way, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            _record([Attempt(*under_way.pop(each), each.result()) for each in done], clock())


def _claim(room: int, now: datetime) -> list[WebhookDelivery]:
    """Claim for every endpoint in turn, while there are threads to send with."""
    claimed: list[int] = []
    if room > 0:
        for endpoint_id in due_endpoints(now=now):
            most = room - len(claimed)
            if most > 0:
                claimed += claim_deliveries(endpoint_id=endpoint_id, now=now, most=most)
    return list(claimed_rows(claimed)) if claimed else []


def _record(attempts: Sequence[Attempt], now: datetime) -> None:
    by_endpoint: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_endpoint[attempt.delivery.endpoint_id].append(attempt)
    for endpoint_id, its_attempts in by_endpoint.items():
        record_attempts(endpoint_id, its_attempts, now=now)


def _request(
    threads: ThreadPoolExecutor,
    delivery: WebhookDelivery,
    now: datetime,
    resolve: Resolver,
    seconds: float,
) -> "Future[Answer]":
    endpoint = delivery.endpoint
    try:
        body = body_of(delivery.event)
    except Exception:
        # One event that cannot be told must not hold up the others.
        logger.exception("the body of %s could not be made", delivery.event)
        return threads.submit(Answer, 0, error="internal", detail="The body could not be made.")
    return threads.submit(
        post,
        url=endpoint.url,
        body=body,
        headers=headers(
            valid_secrets(endpoint, now=now),
            id=delivery.event.name,
            timestamp=int(now.timestamp()),
            body=body,
        ),
        private=settings.FRAUDREVIEW_WEBHOOK_PRIVATE,
        resolve=resolve,
        seconds=seconds,
    )
