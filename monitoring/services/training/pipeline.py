"""From labelled payments to a registered candidate: gather, fit, test, register."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.domain.resolution import RESOLUTION_VERSION
from monitoring.domain.dataset import Dataset, on_labelled_days, time_split
from monitoring.models import TrainingRun
from monitoring.selectors.dataset import last_payment_at, payments_between
from monitoring.services.training.learning import Learned, Material, learn
from monitoring.services.training.progress import Progress
from monitoring.services.training.testing import Examined, examine
from monitoring.services.vectors import vectors_of
from scoring.domain.errors import Problem
from scoring.domain.estimator import options_from_numbers
from scoring.models import FeatureSetVersion, ModelVersion
from scoring.selectors.policies import active_policy
from scoring.services.registry import Evidence, register_version

LONGEST_WINDOW = timedelta(days=365)
SAMPLE_ROWS = 16
REFERENCE_ROWS = 5000
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run leaves behind."""

    model_version: ModelVersion
    dataset: dict[str, Any]
    metrics: dict[str, Any]


def train(training_run: TrainingRun, progress: Progress, now: datetime) -> Trained:
    """Train and register the candidate that a run asks for, with the labels known `now`."""
    feature_set = FeatureSetVersion.objects.get(hash=training_run.options["feature_set_hash"])
    material = _gather(training_run, feature_set, progress, now)
    policy = active_policy()
    options = options_from_numbers(training_run.options["estimator"])
    learned = learn(material, options=options, policy=policy, progress=progress)
    progress.step("Testing beside the version that decides", 0.82)
    examined = examine(learned, material, policy=policy, feature_set=feature_set)
    progress.step("Sealing the model", 0.97)
    dataset = _described(material, now)
    metrics = {**examined.to_numbers(), **learned.to_numbers(), "dataset": dataset}
    version = _register(training_run, feature_set, learned, metrics, material, now)
    return Trained(version, dataset, _summary(version, examined))


def _gather(
    training_run: TrainingRun, feature_set: FeatureSetVersion, progress: Progress, now: datetime
) -> Material:
    progress.step("Reading payments and labels", 0.01)
    everything = _payments(training_run, now)
    usable = everything.where(on_labelled_days(everything))
    labelled = usable.labelled()
    if len(labelled) == 0:
        raise Problem("no_labels", "No day in this window has labels for half of its payments.")
    delay = timedelta(days=training_run.options["label_delay_days"])
    split = time_split(_midnight(labelled, 0), _midnight(labelled, -1) + DAY, delay=delay)
    count = progress.counter("Computing features", 0.05, 0.5, len(labelled))
    values = vectors_of(labelled, feature_set, progress=count)
    return Material(labelled, values, split, len(labelled) / len(usable))


def _payments(training_run: TrainingRun, now: datetime) -> Dataset:
    until = training_run.options["window_until"]
    asked = training_run.options["window_from"]
    end = last_payment_at(min(datetime.fromisoformat(until), now) if until else now)
    if end is None:
        raise Problem("no_payments", "There are no payments to learn from yet.")
    start = datetime.fromisoformat(asked) if asked else end - LONGEST_WINDOW
    return payments_between(start, end + timedelta(microseconds=1), as_of=now)


def _midnight(dataset: Dataset, place: int) -> datetime:
    """The start of the day of one payment."""
    return datetime(1970, 1, 1, tzinfo=UTC) + int(dataset.days[place]) * DAY


def _described(material: Material, now: datetime) -> dict[str, Any]:
    """Rows, frauds and borders of each part, and where the labels came from."""
    parts = {
        name: {"from": start, "until": end, **material.counts(name)}
        for name, (start, end) in material.split.to_numbers().items()
    }
    return {
        "rows": len(material.dataset),
        "frauds": material.dataset.frauds,
        "parts": parts,
        "sources": material.dataset.source_counts(),
        "labels_as_of": now.isoformat(),
        "resolution_version": RESOLUTION_VERSION,
    }


def _register(
    training_run: TrainingRun,
    feature_set: FeatureSetVersion,
    learned: Learned,
    metrics: dict[str, Any],
    material: Material,
    now: datetime,
) -> ModelVersion:
    evidence = Evidence(
        trained_from=material.split.fit_from,
        trained_until=material.split.gap_from,
        metrics=metrics,
        recommended_policy=learned.recommendation.to_numbers(),
        sample=_spread(material, SAMPLE_ROWS),
        reference=_spread(material, REFERENCE_ROWS),
    )
    return register_version(
        estimator=learned.estimator,
        feature_set=feature_set,
        evidence=evidence,
        by=training_run.requested_by,
        reason=f"Trained by run {training_run.pk} ({training_run.get_trigger_display()}).",
        now=now,
    )


def _spread(material: Material, rows: int) -> NDArray[np.float32]:
    """Vectors (at most `rows`, k) of fitted payments, evenly spread over their time."""
    fitted = np.flatnonzero(material.rows("fit"))
    return material.values[fitted[:: max(1, -(-len(fitted) // rows))]]


def _summary(version: ModelVersion, examined: Examined) -> dict[str, Any]:
    """The few numbers that a list of runs shows."""
    names = ("rows", "frauds", "average_precision", "roc_auc", "brier_loss", "cost_per_1000")
    summary = {name: examined.metrics[name] for name in names}
    summary["baseline_cost_per_1000"] = examined.metrics["baseline"]["cost_per_1000"]
    return {"model_version": version.number, **summary}
