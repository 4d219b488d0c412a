"""When to try again, when to give up, and how gently to treat an endpoint that fails."""

from datetime import datetime, timedelta

# 5 s, 20 s, 80 s, 5 min, 21 min, 1.4 h, 5.7 h, then every 6 hours: about 26 hours in all.
FIRST_PAUSE = timedelta(seconds=5)
GROWTH = 4
LONGEST_PAUSE = timedelta(hours=6)
ATTEMPTS = 11
JITTER = 0.2
# What a receiver may ask for in Retry-After.
LONGEST_WISH = timedelta(hours=1)
# From so many failures in a row on, an endpoint is asked one request at a time, with pauses.
SUSPECT = 5
LONGEST_REST = timedelta(minutes=5)
AT_ONCE = 8
# Nothing has been delivered for so long, and nothing will be.
DISABLED_AFTER = timedelta(days=5)
OVERLAP = timedelta(hours=24)


def next_attempt(
    *, attempts: int, now: datetime, draw: float, wish: timedelta | None = None
) -> datetime | None:
    """Return when to try again after `attempts` failures, or None to give up.

    `draw` in [0, 1) spreads the pause by a fifth either way, so that what failed together does
    not come back together. `wish` is the receiver's own Retry-After; it only ever adds.
    """
    if attempts >= ATTEMPTS:
        return None
    growth: int = GROWTH ** (attempts - 1)
    pause = min(FIRST_PAUSE * growth, LONGEST_PAUSE)
    pause *= 1 + JITTER * (2 * draw - 1)
    return now + max(pause, min(wish or timedelta(), LONGEST_WISH))


def rest(failures: int) -> timedelta:
    """Return how long an endpoint is left alone after so many failures in a row."""
    if failures < SUSPECT:
        return timedelta()
    # The exponent is bounded: a dead endpoint fails for days.
    growth: int = 2 ** min(failures - SUSPECT, 10)
    return min(FIRST_PAUSE * growth, LONGEST_REST)


def at_once(failures: int) -> int:
    """Return how many requests an endpoint gets at the same time."""
    return AT_ONCE if failures < SUSPECT else 1


def is_beyond_hope(failing_since: datetime | None, now: datetime) -> bool:
    """Tell whether an endpoint has failed for so long, without one success, that we stop."""
    return failing_since is not None and now - failing_since >= DISABLED_AFTER
