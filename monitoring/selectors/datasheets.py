"""What a training run learned from, as its datasheet says it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from monitoring.models import Dataset, TrainingRun
from monitoring.selectors.model_cards import Part, parts_in_time
from scoring.domain.errors import NotFound

# Why a payment is not in a dataset.
LEFT_OUT = {
    "silent": (
        "Nobody has said anything",
        "Silence means legitimate only where money moved, stayed, and is a month old.",
    ),
    "immature": (
        "Its day is too young",
        "It has a label, but others of its day, or too many of its frauds, are still to come.",
    ),
    "unresolved": ("The claims leave it open", "Nobody could tell, or they contradict each other."),
    "first_party": (
        "Its own customer's fraud",
        "It looks like an honest payment, so a model would learn to stop honest ones.",
    ),
}
ALWAYS_TOLD = ("first_party",)


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


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of counts: what is counted, its explanation, and its share of all."""

    title: str
    rows: int
    share: float
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """One week; `arrived` is the share of its frauds to be expected that is known, or None."""

    start: date
    payments: int
    labelled: int
    used: int
    frauds: int
    arrived: float | None


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """What /models/datasets/{n}/ shows."""

    dataset: Dataset
    parts: list[Part]
    sources: list[Row]
    left_out: list[Row]
    weeks: list[Week]
    kept: dict[str, Any]
    weights: dict[str, Any]
    vectors: dict[str, Any]
    arrivals: dict[str, Any] | None
    evaluation_arrived: float


def dataset_page(number: int) -> DatasetPage:
    """Return the page of one dataset. Raises `NotFound` (`unknown_dataset`)."""
    dataset = dataset_numbered(number)
    body = dataset.body
    return DatasetPage(
        dataset=dataset,
        parts=parts_in_time(body["parts"]),
        sources=_sources(dataset),
        left_out=_left_out(dataset),
        weeks=[_week(week) for week in reversed(body["weeks"])],
        kept=body["evaluation_slice"],
        weights=body["weights"],
        vectors=body["vectors"],
        arrivals=body["arrivals"],
        evaluation_arrived=body["evaluation_arrived"],
    )


def _sources(dataset: Dataset) -> list[Row]:
    counts = sorted(dataset.body["sources"].items(), key=lambda item: -int(item[1]))
    return [Row(source, rows, rows / max(dataset.rows, 1)) for source, rows in counts]


def _left_out(dataset: Dataset) -> list[Row]:
    return [
        Row(title, rows, rows / max(dataset.payments, 1), sentence)
        for name, (title, sentence) in LEFT_OUT.items()
        if (rows := dataset.body["left_out"][name]) or name in ALWAYS_TOLD
    ]


def _week(stored: dict[str, Any]) -> Week:
    return Week(**{**stored, "start": date.fromisoformat(stored["start"])})
