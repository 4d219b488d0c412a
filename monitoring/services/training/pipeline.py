"""From labelled payments to a registered candidate: gather, fit, test, register."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitoring.models import Dataset, TrainingRun
from monitoring.services.training.datasheets import parts_of, write_datasheet
from monitoring.services.training.learning import Learned, learn
from monitoring.services.training.material import Material, gather
from monitoring.services.training.progress import Progress
from monitoring.services.training.testing import Examined, examine
from scoring.domain.estimator import options_from_numbers
from scoring.models import FeatureSetVersion, ModelVersion
from scoring.selectors.policies import active_policy
from scoring.services.registry import Evidence, register_version

SAMPLE_ROWS = 16
REFERENCE_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run leaves behind."""

    model_version: ModelVersion
    dataset: dict[str, Any]
    metrics: dict[str, Any]


def train(training_run: TrainingRun, progress: Progress, now: datetime) -> Trained:
    """Train and register the candidate that a run asks for, with the labels known as of its moment.

    Without one of its own that is `now`.
    """
    feature_set = FeatureSetVersion.objects.get(hash=training_run.options["feature_set_hash"])
    asked = training_run.options.get("as_of")
    as_of = datetime.fromisoformat(asked) if asked else now
    material = gather(training_run, feature_set, progress, as_of)
    datasheet = write_datasheet(
        training_run=training_run, material=material, feature_set=feature_set, now=now
    )
    policy = active_policy()
    options = options_from_numbers(training_run.options["estimator"])
    learned = learn(material, options=options, policy=policy, progress=progress)
    progress.step("Testing beside the version that decides", 0.82)
    examined = examine(learned, material, policy=policy, feature_set=feature_set)
    progress.step("Sealing the model", 0.97)
    dataset = _described(material, datasheet)
    metrics = {**examined.to_numbers(), **learned.to_numbers(), "dataset": dataset}
    version = _register(training_run, feature_set, learned, metrics, material, now)
    return Trained(version, dataset, _summary(version, examined))


def _described(material: Material, datasheet: Dataset) -> dict[str, Any]:
    """What the evidence says of its data; the datasheet says it all."""
    return {
        "number": datasheet.pk,
        "content_hash": datasheet.content_hash,
        "rows": datasheet.rows,
        "frauds": datasheet.frauds,
        "parts": parts_of(material),
        "sources": datasheet.body["sources"],
        "labels_as_of": datasheet.as_of.isoformat(),
        "resolution_version": datasheet.resolution_version,
        "evaluation_slice": datasheet.body["evaluation_slice"]["mark"],
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
