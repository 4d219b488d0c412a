"""A training run in the foreground: the service of the page, the API and the schedule."""

import json
from argparse import ArgumentParser
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from monitoring.models import TrainingRun
from monitoring.services.training import TrainingRequest, request_training, run_training
from scoring.domain.errors import Problem
from scoring.domain.estimator import options_from_numbers
from scoring.domain.wording import money, rate
from scoring.selectors.registry import version_numbered


class Command(BaseCommand):
    help = (
        "Train a candidate on labelled history, test it on later payments beside the version that "
        "decides, and register it. It decides nothing before somebody promotes it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--feature-set",
            default="",
            metavar="NAME_OR_FILE",
            help="that of the deciding version, else default",
        )
        parser.add_argument("--from", type=_day, dest="window_from", metavar="DATE")
        parser.add_argument(
            "--to", type=_day, dest="window_until", metavar="DATE", help="inclusive"
        )
        parser.add_argument(
            "--as-of",
            type=_moment,
            metavar="MOMENT",
            help="learn only from what was known then: a date (its first moment) or a time, in UTC;"
            " default: now",
        )
        parser.add_argument("--model", choices=["xgboost", "logistic"], default="xgboost")
        parser.add_argument("--json", action="store_true", help="print {model_version, metrics}")

    def handle(self, *args: Any, **options: Any) -> None:
        until: datetime | None = options["window_until"]
        request = TrainingRequest(
            feature_set=options["feature_set"],
            window_from=options["window_from"],
            window_until=until and _end_of(until),
            as_of=options["as_of"],
            options=options_from_numbers({"kind": options["model"]}),
        )
        try:
            training_run = _run(request)
        except Problem as problem:
            raise CommandError(problem.message) from problem
        if training_run.model_version is None:
            raise CommandError(training_run.error)
        self._tell(training_run.model_version.number, options["json"])

    def _tell(self, number: int, as_json: bool) -> None:
        version = version_numbered(number)
        if as_json:
            self.stdout.write(json.dumps({"model_version": number, "metrics": version.metrics}))
            return
        test = version.metrics["test"]
        self.stdout.write(
            f"v{number} on {test['rows']:,} later payments, {test['frauds']:,} of them fraud:"
            f" average precision {test['average_precision']:.3f}"
            f" (always approving {test['prevalence']:.3f}),"
            f" finds {rate(test['flagged']['recall']['estimate'])} of the frauds,"
            f" costs {_money(test['cost_per_1000'])} a 1,000 payments"
            f" (always approving {_money(test['baseline']['cost_per_1000'])})."
        )
        self.stdout.write(version.recommended_policy["rule"])


def _run(request: TrainingRequest) -> TrainingRun:
    now = timezone.now()
    training_run = request_training(
        by=None, trigger=TrainingRun.Trigger.COMMAND, now=now, request=request
    )
    with tqdm(total=100, unit="%", disable=None, bar_format="{l_bar}{bar}| {postfix}") as bar:

        def show(step: str, share: float) -> None:
            bar.set_postfix_str(step, refresh=False)
            bar.update(round(100 * share) - bar.n)

        return run_training(training_run=training_run, clock=timezone.now, watch=show)


def _money(amount: float) -> str:
    return money(amount, settings.FRAUDREVIEW_BASE_CURRENCY)


def _end_of(day: datetime) -> datetime:
    """The end of a day; of the last one that the calendar has, its beginning."""
    return day + timedelta(days=1) if day.date() < date.max else day


def _day(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
