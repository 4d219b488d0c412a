"""Every rate at every threshold, from one sample."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitoring.domain.estimation import rates
from monitoring.domain.estimation.estimate import Estimate
from monitoring.domain.estimation.sample import Bools, Floats, Sample
from monitoring.domain.estimation.shares import ANY, Evidence, estimate_share


@dataclass(frozen=True)
class CurvePoint:
    """What would hold if exactly the scores from `threshold` on were flagged."""

    threshold: float
    precision: Estimate
    recall: Estimate
    flag_fpr: Estimate


def curve(
    sample: Sample,
    score: Floats,
    thresholds: Sequence[float],
    *,
    required: Evidence = ANY,
) -> tuple[CurvePoint, ...]:
    """The rates at each threshold; `score` has shape (n,), NaN where there is none.

    One sample answers for all thresholds, those below the one that was in force included, because
    every payment had some probability of a look, on whichever side it fell.
    """
    sides = tuple(int(side) for side in np.unique(sample.population.side))
    with np.errstate(invalid="ignore"):
        return tuple(
            _point(sample, score >= threshold, threshold, sides, required)
            for threshold in thresholds
        )


def _point(
    sample: Sample, flagged: Bools, threshold: float, sides: tuple[int, ...], required: Evidence
) -> CurvePoint:
    marked = rates.legitimate_share(
        sample, flagged, possible=flagged, name="flag_fpr", sides=sides, found="found flagged"
    )
    return CurvePoint(
        threshold=threshold,
        precision=estimate_share(
            sample, rates.precision(sample, flagged, sides=sides), required=required
        ),
        recall=estimate_share(
            sample, rates.recall(sample, flagged, sides=sides), required=required
        ),
        flag_fpr=estimate_share(sample, marked, required=required),
    )
