"""Endpoints of a receiver on this machine, and a clock that tests set."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.receivers import Receiver, receiver


class Clock:
    """Says what it was set to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def shop(settings: Any) -> Iterator[Receiver]:
    """A payment company's server, on an address that only a laptop may call."""
    settings.FRAUDREVIEW_WEBHOOK_PRIVATE = True
    with receiver() as here:
        yield here


@pytest.fixture
def subscribe(dana: Any, clock: Clock) -> Callable[..., Any]:
    """Return a function that makes an endpoint and returns it."""
    from scoring.services.webhooks import create_endpoint

    def subscribed(url: str, *events: str, name: str = "shop") -> Any:
        endpoint, _ = create_endpoint(
            name=name, url=url, events=events or ("decision.final",), by=dana, now=clock()
        )
        return endpoint

    return subscribed


@pytest.fixture
def deliver(clock: Clock) -> Callable[..., int]:
    """Return a function that sends what is due, as a worker would, and how many requests."""
    from scoring.services.webhooks import deliver_webhooks

    return lambda **options: deliver_webhooks(clock=clock, **options)


@pytest.fixture
def tell(clock: Clock) -> Callable[..., None]:
    """Return a function that announces a stage change of this version, of no payment."""
    from scoring.services.webhooks import announce

    def told(number: int = 1, subject: str = "models") -> None:
        data = {"model_version": number}
        announce(type="model.stage_changed", subject=subject, data=data, now=clock())

    return told
