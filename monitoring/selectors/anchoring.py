"""First looks whose presentation was drawn by lot, as the report on anchoring reads them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from labeling.domain.presentation import Arm
from labeling.models import ReviewTask, Verdict
from labeling.models.labels import KNOWN_ANSWERS
from labeling.selectors.labels import resolved_labels
from monitoring.domain.anchoring import FRAUD, LEGITIMATE, UNKNOWN, Looks

# Payments of like score are compared; 0.5 is among the edges, so a stratum leans to one side.
EDGES = (0.1, 0.3, 0.5, 0.7, 0.9)
LEANS_TO_FRAUD = 0.5
MOST_LOOKS = 50_000
CODES = {"fraud": FRAUD, "legitimate": LEGITIMATE, "cannot_tell": UNKNOWN}
FIELDS = (
    "task_id",
    "reviewer_id",
    "value",
    "verdict__value",
    "presentation",
    "active_seconds",
    "item__transaction_id",
    "item__transaction__decision__probability",
    "item__transaction__decision__policy__explanation_hidden_share",
    "item__transaction__decision__policy__score_hidden_share",
)


def looks_hiding(arm: Arm, *, since: datetime, now: datetime) -> Looks:
    """The newest looks done since then that showed everything, and those of this arm.

    One look a task: that at its earliest payment, whose lot counted for all. The truth is what
    others than reviewers said, or an adjudication, as known now; a reviewer's own label would
    only repeat the verdict.
    """
    rows = list(
        Verdict.objects.filter(
            supersedes=None,
            presentation__in=(Arm.FULL, arm),
            task__presentation_share__isnull=False,
            task__status=ReviewTask.Status.DONE,
            task__done_at__gte=since,
            item__transaction__decision__probability__isnull=False,
        )
        .order_by("-task_id", "item_id")
        .distinct("task_id")
        .values(*FIELDS)[:MOST_LOOKS]
    )
    return _looks(rows, arm, _truths([row["item__transaction_id"] for row in rows], now))


def _looks(rows: Sequence[Mapping[str, Any]], arm: Arm, truths: Mapping[int, int]) -> Looks:
    score = np.array([row["item__transaction__decision__probability"] for row in rows], float)
    final = [CODES[row["verdict__value"] or row["value"]] for row in rows]
    seconds = [row["active_seconds"] for row in rows]
    return Looks(
        reviewer=_ints([row["reviewer_id"] for row in rows]),
        stratum=np.digitize(score, EDGES).astype(np.int64) + (len(EDGES) + 1) * _draws(rows),
        hidden=np.array([row["presentation"] == arm for row in rows], bool),
        model=(score >= LEANS_TO_FRAUD).astype(np.int64),
        first=_ints([CODES[row["value"]] for row in rows]),
        final=_ints(final),
        truth=_ints([truths.get(row["item__transaction_id"], UNKNOWN) for row in rows]),
        seconds=np.array([np.nan if s is None else s for s in seconds], float),
    )


def _draws(rows: Sequence[Mapping[str, Any]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """A number for each pair of shares: looks drawn with unlike chances are not compared."""
    pairs = [tuple(row[name] for name in FIELDS[-2:]) for row in rows]
    known = {pair: number for number, pair in enumerate(sorted(set(pairs)))}
    return _ints([known[pair] for pair in pairs])


def _ints(values: Sequence[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array(values, np.int64)


def _truths(transaction_ids: Sequence[int], now: datetime) -> dict[int, int]:
    labels = resolved_labels(as_of=now, transaction_ids=transaction_ids)
    independent = np.isin(labels.sources, KNOWN_ANSWERS) & (labels.is_fraud != UNKNOWN)
    ids, values = labels.transaction_ids[independent], labels.is_fraud[independent]
    return dict(zip(ids.tolist(), values.tolist(), strict=True))
