"""Estimate prevalence, precision, recall and the false-positive rate from a labelled sample."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from monitoring.domain.estimation import Estimate
from monitoring.domain.sample_file import evaluate, read_sample
from scoring.domain import wording
from scoring.domain.errors import Problem

SHOWN = ("estimate", "low", "high", "method", "n", "n_eff", "events", "refused")


class Command(BaseCommand):
    help = (
        "Estimate prevalence, precision, recall and fpr (flagged legitimate over legitimate) with"
        " 95 % intervals from a CSV file with one row per transaction: flagged (0 or 1), label"
        " (0, 1 or empty), propensity (the probability of being labelled, above 0, at most 1),"
        " stratum, cluster."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--json", action="store_true", help="end with one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            estimates = evaluate(read_sample(options["file"]))
        except Problem as problem:
            raise CommandError(problem.message) from problem
        if options["json"]:
            self.stdout.write(json.dumps(_shown(estimates)))
        else:
            self.stdout.writelines(_sentence(estimate) + "\n" for estimate in estimates.values())


def _shown(estimates: Mapping[str, Estimate]) -> dict[str, dict[str, Any]]:
    return {
        name: {key: getattr(estimate, key) for key in SHOWN} for name, estimate in estimates.items()
    }


def _sentence(estimate: Estimate) -> str:
    name = f"{estimate.name:<11}"
    if estimate.estimate is None or estimate.low is None or estimate.high is None:
        return f"{name}{estimate.refused}{_known_bound(estimate)}"
    bounds = wording.interval(estimate.low, estimate.high, 2)
    labels = wording.count(estimate.n, "label")
    return f"{name}{wording.rate(estimate.estimate, 2)}  ({bounds}; {estimate.method}, {labels})"


def _known_bound(estimate: Estimate) -> str:
    if estimate.low is not None:
        return f"; at least {wording.rate(estimate.low, 2)}"
    return f"; at most {wording.rate(estimate.high, 2)}" if estimate.high is not None else ""
