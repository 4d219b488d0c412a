"""Train on some days, test on later ones, fold by fold."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from monitoring.services.backtest import BacktestPlan, FoldResult, backtest, mean_of
from scoring.domain.errors import Problem
from scoring.domain.estimator import options_from_numbers

COLUMNS = {
    "train_rows": "train",
    "train_frauds": "fraud",
    "test_rows": "test",
    "test_frauds": "fraud",
    "average_precision": "AP",
    "roc_auc": "AUC",
    "card_precision_at_100": "CP@100",
    "recall_at_precision_90": "R@P90",
    "brier": "Brier",
    "fit_seconds": "fit s",
    "feature_seconds": "features s",
}


class Command(BaseCommand):
    help = (
        "Fit on days of history and test on later ones. The delay between them is the time that "
        "labels take to arrive. Ranks by margin; nothing is registered."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--train-start", type=_date, required=True, metavar="DATE")
        parser.add_argument("--train-days", type=int, required=True, metavar="N")
        parser.add_argument("--delay-days", type=int, required=True, metavar="N")
        parser.add_argument("--test-days", type=int, required=True, metavar="N")
        parser.add_argument("--folds", type=int, default=1, metavar="K")
        parser.add_argument("--model", choices=["xgboost", "logistic"], default="xgboost")
        parser.add_argument(
            "--feature-set", default="default", metavar="NAME_OR_FILE", help="default"
        )
        parser.add_argument(
            "--drop-known-compromised",
            action="store_true",
            help="do not test cards that were known to be compromised by then",
        )
        parser.add_argument("--json", action="store_true", help="print {folds, mean}")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = BacktestPlan(
            train_start=options["train_start"],
            train_days=options["train_days"],
            delay_days=options["delay_days"],
            test_days=options["test_days"],
            folds=options["folds"],
            feature_set=options["feature_set"],
            options=options_from_numbers({"kind": options["model"]}),
            drop_known_compromised=options["drop_known_compromised"],
        )
        try:
            with tqdm(unit=" payments", desc="features", disable=None) as bar:
                results = backtest(plan=plan, now=timezone.now(), progress=bar.update)
        except Problem as problem:
            raise CommandError(problem.message) from problem
        self._tell(results, options["json"])

    def _tell(self, results: list[FoldResult], as_json: bool) -> None:
        folds, mean = [result.to_numbers() for result in results], mean_of(results)
        if as_json:
            self.stdout.write(json.dumps({"folds": folds, "mean": mean}))
            return
        self.stdout.write(" ".join(f"{head:>10}" for head in COLUMNS.values()))
        for row in [*folds, mean] if len(folds) > 1 else folds:
            self.stdout.write(" ".join(f"{_short(row[name]):>10}" for name in COLUMNS))


def _short(value: float) -> str:
    return f"{value:.4f}" if value != int(value) else f"{int(value)}"


def _date(text: str) -> date:
    return date.fromisoformat(text)
