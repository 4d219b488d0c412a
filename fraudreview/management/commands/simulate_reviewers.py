"""Simulated reviewers at the desk of a running installation."""

import json
import math
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from fraudreview.api_client import ApiClient, Unreachable
from fraudreview.simulation.reviewers import Skill, review, trained
from fraudreview.simulation.reviewers.truths import read_truths

KEY_VARIABLE = "FRAUDREVIEW_REVIEWER_KEY"
TRIES = 30
SAMPLE, TRAITS = 4000, 4
USUAL = Skill()


class Command(BaseCommand):
    help = (
        "Let a simulated reviewer work over REST. The environment variable "
        f"{KEY_VARIABLE} holds an API key with the scope review that acts for a person."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default="http://localhost:8000")
        parser.add_argument("--truth", type=Path, help="lines of external_id,0 or 1 (fraud)")
        parser.add_argument("--cases", type=int, default=50)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--missed", type=float, default=USUAL.missed_share)
        parser.add_argument("--false-alarms", type=float, default=USUAL.false_alarm_share)
        parser.add_argument("--anchoring", type=float, default=USUAL.anchoring)
        parser.add_argument("--seconds-per-minute", type=float, default=0.0, help="0: at once")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        key = os.environ.get(KEY_VARIABLE)
        if not key:
            raise CommandError(f"Set {KEY_VARIABLE} to the key of a reviewer.")
        try:
            truths = read_truths(options["truth"]) if options["truth"] else {}
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        if options["seed"] < 0 or options["cases"] < 0:
            raise CommandError("--seed and --cases are not negative.")
        rng = np.random.default_rng(options["seed"])
        skill = Skill(
            missed_share=_share(options["missed"], "--missed"),
            false_alarm_share=_share(options["false_alarms"], "--false-alarms"),
            anchoring=_number(options["anchoring"], "--anchoring"),
        )
        if _number(options["seconds_per_minute"], "--seconds-per-minute") < 0:
            raise CommandError("--seconds-per-minute is not negative.")
        try:
            summary = review(
                _client(options["address"], key),
                trained(skill, rng.standard_normal((SAMPLE, TRAITS)), rng),
                truths=truths,
                rng=rng,
                cases=options["cases"],
                seconds_per_minute=options["seconds_per_minute"],
            )
        except Unreachable as error:
            raise CommandError(str(error)) from error
        if summary.errors:
            raise CommandError("; ".join(summary.errors))
        if options["json"]:
            self.stdout.write(json.dumps(summary.to_numbers()))
        else:
            self.stdout.write(
                f"{summary.cases} cases, {summary.payments} payments, {summary.fraud} called fraud,"
                f" {summary.wrong} of {summary.known} known ones wrong."
            )


def _client(address: str, key: str) -> ApiClient:
    try:
        return ApiClient(address, key, tries=TRIES)
    except ValueError as error:
        raise CommandError(str(error)) from None


def _number(value: float, name: str) -> float:
    if not math.isfinite(value):
        raise CommandError(f"{name} is a finite number.")
    return value


def _share(value: float, name: str) -> float:
    if not 0 < value < 1:
        raise CommandError(f"{name} lies between 0 and 1.")
    return value
