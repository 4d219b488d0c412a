"""The live feed: a program of the payment company that talks to the REST API.

Run as `python -m fraudreview.demo.feed ADDRESS WORLD_FILE`, with its key in the environment.
"""

import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from heapq import merge
from pathlib import Path
from urllib.parse import quote

from fraudreview.api_client import ApiClient
from fraudreview.demo.world import DemoWorld, new_attack_number, read_world
from fraudreview.simulation import FeedItem
from fraudreview.simulation.reviewers.truths import add_truths

KEY_VARIABLE = "FRAUDREVIEW_DEMO_KEY"
# A day of the company in about two hours: lively, and close enough to the customers' habits.
SPEED = 12.0
ATTACK_EVERY = timedelta(minutes=10)
ATTACK_TAKES = timedelta(seconds=40)
# Beside the file of the world: what is true of each payment.
TRUTHS = "truths.csv"

logger = logging.getLogger("feed")


def send(client: ApiClient, item: FeedItem) -> bool:
    """Send one message by the call that its kind names; return whether it was taken."""
    path = {
        "transaction": "transactions/",
        "event": f"transactions/{quote(item.external_id, safe='')}/events/",
        "label": "labels/",
    }[item.kind]
    status, answer = client.post(path, item.body)
    if status >= 400:
        # A label may come for a payment of before the demo, an event after its case closed.
        logger.info("%s %s: %s %s", item.kind, item.external_id, status, answer.get("code"))
    return status < 400


def attacks(world: DemoWorld, after: datetime) -> Iterator[FeedItem]:
    """Yield the payments of one staged attack after the other, without end."""
    at = after
    while True:
        at += ATTACK_EVERY
        yield from world.attack(number=new_attack_number(), at=at, within=ATTACK_TAKES)


def run(client: ApiClient, world: DemoWorld, now: datetime, truths: Path) -> None:
    """Send what happens, when it happens, for ever; what is true of it goes into `truths`."""
    ordinary = world.messages(after=now, speed=SPEED)
    for item in merge(ordinary, attacks(world, now), key=lambda item: item.at):
        wait = (item.at - datetime.now(UTC)).total_seconds()
        if wait > 0:
            time.sleep(wait)
        remember([item], truths)
        send(client, item)


def remember(items: Iterable[FeedItem], truths: Path) -> None:
    """Write down what is true of payments, for the simulated colleagues."""
    known = ((item.external_id, item.is_fraud) for item in items if item.is_fraud is not None)
    add_truths(truths, known)


def main(address: str, world_file: str) -> None:
    """Feed the installation at the address with the payments of the world."""
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stdout)
    world = read_world(Path(world_file))
    if world is None:
        raise SystemExit(f"{world_file} describes no world")
    truths = Path(world_file).with_name(TRUTHS)
    run(ApiClient(address, os.environ[KEY_VARIABLE]), world, datetime.now(UTC), truths)


if __name__ == "__main__":
    main(*sys.argv[1:])
