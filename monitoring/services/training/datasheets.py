"""The datasheet of a run: what it learned from, written down before it learns."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from labeling.domain.resolution import RESOLUTION_VERSION
from monitoring import models
from monitoring.domain.dataset import (
    EVALUATION_ARRIVED,
    EVALUATION_SHARE,
    arrived_shares,
    content_hash,
    left_out,
    slice_mark,
    weeks_of,
    weighing,
)
from monitoring.domain.delays import DelayCurve
from monitoring.models import TrainingRun
from monitoring.services.training.material import Material
from scoring.models import FeatureSetVersion
from scoring.selectors.secrets import data_key


def write_datasheet(
    *,
    training_run: TrainingRun,
    material: Material,
    feature_set: FeatureSetVersion,
    now: datetime,
) -> models.Dataset:
    """Return the added row that says what a run learns from."""
    window, dataset = material.window, material.dataset
    return models.Dataset.objects.create(
        training_run=training_run,
        as_of=window.as_of,
        window_start=window.start,
        window_end=window.end,
        feature_set=feature_set,
        resolution_version=RESOLUTION_VERSION,
        payments=len(window.payments),
        rows=len(dataset),
        frauds=dataset.frauds,
        content_hash=content_hash(dataset),
        body=_body(material),
        created_at=now,
    )


def _body(material: Material) -> dict[str, Any]:
    return {
        "parts": parts_of(material),
        "sources": material.dataset.source_counts(),
        "weeks": _weeks(material),
        "arrivals": _arrivals(material.window.arrivals),
        "evaluation_arrived": EVALUATION_ARRIVED,
        "weights": weighing(material.dataset),
        "vectors": {"stored": material.vectors.stored, "computed": material.vectors.computed},
        "left_out": left_out(material.window.payments, material.window.mature),
        "evaluation_slice": _slice(material),
    }


def parts_of(material: Material) -> dict[str, dict[str, Any]]:
    """Return borders, rows and frauds of each part, as JSON holds them."""
    return {
        name: {"from": start, "until": end, **material.counts(name)}
        for name, (start, end) in material.split.to_numbers().items()
    }


def _weeks(material: Material) -> list[dict[str, Any]]:
    window = material.window
    arrived = (
        arrived_shares(window.payments.days, window.arrivals, as_of=window.as_of)
        if window.arrivals
        else None
    )
    used = window.mature & (window.payments.labels >= 0)
    weeks = weeks_of(window.payments, used, arrived)
    return [{**asdict(week), "start": week.start.isoformat()} for week in weeks]


def _arrivals(arrivals: DelayCurve | None) -> dict[str, int] | None:
    if arrivals is None:
        return None
    return {"frauds": len(arrivals.days), "horizon_days": arrivals.horizon}


def _slice(material: Material) -> dict[str, Any]:
    """What of the entities that no model learns from is tested, and what is left unused."""
    kept = material.dataset.evaluation_only
    tested = material.dataset.labels[kept & material.rows("test")]
    return {
        "share": EVALUATION_SHARE,
        "mark": slice_mark(data_key()),
        "not_learned_from": int(material.withheld.sum()),
        "test_rows": len(tested),
        "test_frauds": int((tested == 1).sum()),
    }
