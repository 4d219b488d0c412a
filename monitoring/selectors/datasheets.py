"""What a training run learned from, as its datasheet says it."""

from typing import Any

from monitoring.models import Dataset, TrainingRun
from scoring.domain.errors import NotFound


def dataset_numbered(number: int) -> Dataset:
    """Return the dataset. Raises `NotFound` (`unknown_dataset`)."""
    stored = Dataset.objects.select_related("training_run__model_version", "feature_set")
    dataset = stored.filter(pk=number).first()
    if dataset is None:
        raise NotFound("unknown_dataset", f"There is no dataset {number}.")
    return dataset


def datasheet_of(run: TrainingRun) -> dict[str, Any] | None:
    """Return the datasheet of a run, None before its data are gathered."""
    dataset = getattr(run, "datasheet", None)
    return datasheet(dataset) if dataset else None


def datasheet(dataset: Dataset) -> dict[str, Any]:
    """Return everything that was written down, as JSON holds it."""
    return {
        "number": dataset.pk,
        "training_run": dataset.training_run_id,
        "as_of": dataset.as_of.isoformat(),
        "window_start": dataset.window_start.isoformat(),
        "window_end": dataset.window_end.isoformat(),
        "feature_set": {"name": dataset.feature_set.name, "hash": dataset.feature_set.hash},
        "resolution_version": dataset.resolution_version,
        "payments": dataset.payments,
        "rows": dataset.rows,
        "frauds": dataset.frauds,
        "content_hash": dataset.content_hash,
        **dataset.body,
        "written_at": dataset.created_at.isoformat(),
    }
