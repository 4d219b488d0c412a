"""How a model does on customers that no model has learned from."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitoring.domain.estimation import PUBLISHED, Estimate, Population, Sample, estimate_share
from monitoring.domain.estimation import rates as asked
from monitoring.domain.evaluation.comparison import resampled
from monitoring.domain.evaluation.operating import Operation
from monitoring.domain.evaluation.ranking import average_precision_score
from monitoring.domain.promotion import LEAST_EVENTS
from scoring.domain.wording import count

Codes = NDArray[np.int64]
APPROVED, FLAGGED = 0, 1


def evaluate_slice(
    operation: Operation, *, clusters: Codes, rng: np.random.Generator
) -> Mapping[str, Any]:
    """Rows, frauds, and four rates with intervals or a refusal, as JSON holds them.

    Recall and precision are of blocks and reviews together, `fpr` is of blocks alone. Their
    intervals are those of the dashboards, with `clusters` (n,) of rows that stand or fall together;
    that of the average precision resamples whole clusters. A tenth of the customers holds few
    frauds: where they are too few, there is the sentence that says so instead of a number.
    """
    labels = operation.rows.labels
    sample = _sample(operation, clusters)
    flagged = operation.flagged
    wrongful = asked.legitimate_share(
        sample,
        operation.blocked,
        possible=operation.blocked | flagged,
        name="fpr",
        sides=(APPROVED, FLAGGED),
        found="blocked",
    )
    shares = (
        asked.recall(sample, flagged, sides=(APPROVED, FLAGGED)),
        asked.precision(sample, flagged, sides=(FLAGGED,)),
        wrongful,
    )
    found = [estimate_share(sample, share, required=PUBLISHED) for share in shares]
    return {
        "rows": len(labels),
        "frauds": int((labels == 1).sum()),
        "entities": len(np.unique(clusters)),
        "rates": [
            rate.as_dict() for rate in (_average_precision(operation, clusters, rng), *found)
        ],
    }


def _sample(operation: Operation, clusters: Codes) -> Sample:
    cell = operation.flagged.astype(np.int64)
    weight = np.bincount(cell, weights=operation.rows.counts, minlength=2)
    labels = np.bincount(cell, minlength=2)
    return Sample(
        fraud=operation.rows.labels == 1,
        propensity=1.0 / operation.rows.counts,
        cell=cell,
        cluster=clusters,
        population=Population(
            count=np.maximum(np.rint(weight).astype(np.int64), labels),
            side=np.array([APPROVED, FLAGGED], dtype=np.int64),
        ),
    )


def _average_precision(operation: Operation, clusters: Codes, rng: np.random.Generator) -> Estimate:
    labels, equal = operation.rows.labels, operation.rows.counts
    frauds = int((labels == 1).sum())
    value = average_precision_score(labels, operation.margins, equal, operation.order)
    spread = [
        average_precision_score(labels, operation.margins, weights * equal, operation.order)
        for weights in resampled(clusters, rng)
    ]
    low, high = np.percentile(spread, [2.5, 97.5]).tolist()
    found = Estimate(
        name="average_precision",
        estimate=value,
        low=min(low, value),
        high=max(high, value),
        method="bootstrap",
        n=len(labels),
        n_eff=None,
        events=frauds,
    )
    if frauds >= LEAST_EVENTS:
        return found
    told = count(frauds, "fraud") if frauds else "no fraud"
    return found.refuse(f"not enough evidence: {told}, {LEAST_EVENTS} are needed")
