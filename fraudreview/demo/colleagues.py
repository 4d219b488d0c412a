"""Simulated colleagues: they work the live queue over REST, at a human pace.

Run as `python -m fraudreview.demo.colleagues ADDRESS WORLD_FILE SEED`, with a key in the
environment.
"""

import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from fraudreview.api_client import ApiClient
from fraudreview.demo.feed import TRUTHS
from fraudreview.simulation.reviewers import Skill, review, trained
from fraudreview.simulation.reviewers.truths import read_truths

KEY_VARIABLE = "FRAUDREVIEW_DEMO_REVIEWER_KEY"
# Visitors find a queue: colleagues stop where so few cases are left.
LEFT_WAITING = 25
# Attacks are what visitors came for.
ATTACK_SIZE = 3
SECONDS_A_MINUTE = 15.0
PAUSE_SECONDS = 20.0
SAMPLE, TRAITS = 4000, 4

logger = logging.getLogger("colleagues")


def is_attack(case: dict[str, Any]) -> bool:
    """Whether so many payments of one customer wait together."""
    return len(case["items"]) >= ATTACK_SIZE


def run(desk: ApiClient, truths: Path, seed: int) -> None:
    """Judge a case whenever enough of them wait, for ever."""
    rng = np.random.default_rng(seed)
    reviewer = trained(Skill(), rng.standard_normal((SAMPLE, TRAITS)), rng)
    while True:
        status, page = desk.get("cases/")
        if status != 200 or len(page["results"]) <= LEFT_WAITING:
            time.sleep(PAUSE_SECONDS)
            continue
        summary = review(
            desk,
            reviewer,
            truths=read_truths(truths) if truths.exists() else {},
            rng=rng,
            cases=1,
            seconds_per_minute=SECONDS_A_MINUTE,
            leaves=is_attack,
        )
        logger.info("%s", summary.to_numbers())
        if not summary.cases:
            time.sleep(PAUSE_SECONDS)


def main(address: str, world_file: str, seed: str) -> None:
    """Work at the desk of the installation at the address."""
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stdout)
    truths = Path(world_file).with_name(TRUTHS)
    run(ApiClient(address, os.environ[KEY_VARIABLE]), truths, int(seed))


if __name__ == "__main__":
    main(*sys.argv[1:])
