"""Payments to send: any number of them, each with an id of its own, the same for the same seed."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from bench.history import TAIL, World

CURRENCY = "EUR"
# So many payments carry an e-mail address, an IP address and attributes: the online ones.
ONLINE_SHARE = 0.2
ID_DIGITS = 9
# Stands in a template where the number of the payment goes.
MARK = "#" * ID_DIGITS


def payments(
    count: int, *, world: World, seed: int, prefix: str, start: datetime, step: timedelta
) -> Iterator[dict[str, Any]]:
    """Yield `count` payments of the world's customers, one a `step` from `start` on."""
    rng = np.random.default_rng(seed)
    customers = rng.integers(0, world.customers, count)
    merchants = np.floor(rng.random(count) ** TAIL * world.merchants).astype(int)
    amounts = np.exp(rng.normal(3.3, 1.0, count)) + 0.01
    online = rng.random(count) < ONLINE_SHARE
    addresses = rng.integers(0, 2**16, count)
    for number in range(count):
        payment: dict[str, Any] = {
            "external_id": f"{prefix}-{number:0{ID_DIGITS}d}",
            "occurred_at": (start + number * step).isoformat(),
            "amount": f"{amounts[number]:.2f}",
            "currency": CURRENCY,
            "customer_id": f"C{customers[number]:07d}",
            "merchant_id": f"M{merchants[number]:06d}",
            "payment_method": "card",
            "channel": "pos",
            "country": "DE",
        }
        if online[number]:
            high, low = divmod(int(addresses[number]), 256)
            payment |= {
                "channel": "online",
                "email": f"c{customers[number]:07d}@example.com",
                "ip_address": f"10.7.{high}.{low}",
                "attributes": {"basket_items": int(low % 9) + 1, "app": "web"},
            }
        yield payment


def templates(
    count: int, *, world: World, seed: int, prefix: str, start: datetime
) -> list[tuple[bytes, bytes]]:
    """Return bodies cut where the number of the payment goes, so that each can be sent often."""
    step = timedelta(milliseconds=1)
    drawn = payments(count, world=world, seed=seed, prefix=prefix, start=start, step=step)
    cut = []
    for payment in drawn:
        body = json.dumps(payment | {"external_id": f"{prefix}-{MARK}"}, separators=(",", ":"))
        before, after = body.encode().split(MARK.encode())
        cut.append((before, after))
    return cut
