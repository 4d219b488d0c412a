"""Counting calls over all processes, in Redis or Valkey; without it every call goes ahead.

The library `limits` asks the server at each call. Here a process takes a slice of the minute's
budget at a time, so that of a large budget one call in hundreds crosses the network. A process
may hold one slice unspent: the limit is kept to about one percent per process, and exceeded only
where the server forgets what it counted.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from scoring.domain.throttling import (
    WINDOW_SECONDS,
    Lease,
    granted_of,
    seconds_left,
    wanted_of,
    window_of,
)

logger = logging.getLogger(__name__)
# A server on the same network answers in less than a millisecond.
TIMEOUT_SECONDS = 0.05
PAUSE = timedelta(seconds=5)
# Addresses of strangers are names, too: nobody may fill the memory with them.
MOST_LEASES = 10_000


class SharedCounter:
    """Counts in Redis or Valkey, behind a breaker: after a failure nobody asks for a while."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: redis.Redis | None = None
        self._silent_until: datetime | None = None

    def add(self, name: str, amount: int, *, now: datetime) -> int | None:
        """Return the sum under `name` with `amount` added; None where nobody counts.

        Takes 0.05 s at most, and that once in five seconds. A sum is forgotten after two minutes.
        """
        if self._is_silent(now):
            return None
        try:
            pipeline = self._connected().pipeline(transaction=False)
            pipeline.incrby(name, amount)
            pipeline.expire(name, 2 * WINDOW_SECONDS)
            taken = int(pipeline.execute()[0])
        except (redis.RedisError, OSError) as error:
            self._silent_until = now + PAUSE
            logger.warning("nobody counts calls (%s); all go ahead meanwhile", error)
            return None
        self._silent_until = None
        return taken

    def _is_silent(self, now: datetime) -> bool:
        until = self._silent_until
        # A clock that was set back must not prolong it.
        return until is not None and timedelta(0) < until - now <= PAUSE

    def _connected(self) -> redis.Redis:
        if self._client is None:
            self._client = redis.Redis.from_url(
                self._url,
                socket_timeout=TIMEOUT_SECONDS,
                socket_connect_timeout=TIMEOUT_SECONDS,
                retry=Retry(NoBackoff(), 0),
            )
        return self._client


class Budgets:
    """What this process may still spend in this minute, by name."""

    def __init__(self, add: Callable[[str, int, datetime], int | None]) -> None:
        self._add = add
        self._window = 0
        self._leases: dict[str, Lease] = {}
        self._lock = threading.Lock()

    def spend(self, name: str, *, cost: int, limit: int, now: datetime) -> int:
        """Spend `cost` of the minute's `limit`; return 0, or after how many seconds to try again.

        A limit of 0 is none. A cost over the limit is never covered.
        """
        if not limit or cost <= 0:
            return 0
        with self._lock:
            lease = self._lease(name, window_of(now))
            missing = lease.draw(cost)
            if not missing:
                return 0
            if lease.exhausted:
                lease.settle(cost=cost, missing=missing, wanted=missing, granted=0)
                return seconds_left(now)
        wanted = wanted_of(missing, limit=limit)
        # Without the lock: others go on with what is leased while this one asks.
        taken = self._add(f"fraudreview:spent:{name}:{window_of(now)}", wanted, now)
        granted = missing if taken is None else granted_of(wanted, limit=limit, taken=taken)
        with self._lock:
            covered = lease.settle(
                cost=cost,
                missing=missing,
                wanted=missing if taken is None else wanted,
                granted=granted,
            )
        return 0 if covered else seconds_left(now)

    def _lease(self, name: str, window: int) -> Lease:
        if window != self._window or len(self._leases) >= MOST_LEASES:
            self._window = window
            self._leases = {}
        return self._leases.setdefault(name, Lease())


_counter: SharedCounter | None = None


def _add(name: str, amount: int, now: datetime) -> int | None:
    global _counter
    if _counter is None or _counter._url != settings.REDIS_URL:
        _counter = SharedCounter(settings.REDIS_URL)
    return _counter.add(name, amount, now=now)


_budgets = Budgets(_add)


def spend(*, name: str, cost: int, limit: int, now: datetime) -> int:
    """Spend `cost` of the `limit` that all processes share under `name` in this minute.

    Returns 0 where that is covered, else after how many seconds to try again. Never raises, and
    waits for nobody: without Redis every call is covered.
    """
    return _budgets.spend(name, cost=cost, limit=limit, now=now)
