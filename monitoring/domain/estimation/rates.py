"""The questions we ask of a sample, by their names in the glossary."""

import numpy as np

from monitoring.domain.estimation.sample import Bools, Sample
from monitoring.domain.estimation.shares import Share


def prevalence(sample: Sample, *, sides: tuple[int, ...]) -> Share:
    """Frauds over all transactions."""
    everything = np.ones(len(sample), dtype=bool)
    return Share(
        name="prevalence",
        part=sample.fraud,
        whole=everything,
        part_from=everything,
        rest_from=everything,
        sides=sides,
        carried_by=sample.fraud,
        noun="fraud",
        found="found",
    )


def precision(sample: Sample, flagged: Bools, *, sides: tuple[int, ...]) -> Share:
    """Frauds over flagged transactions; `sides` are those that hold flagged ones."""
    return Share(
        name="precision",
        part=sample.fraud & flagged,
        whole=flagged,
        part_from=flagged,
        rest_from=flagged,
        sides=sides,
        carried_by=sample.fraud & flagged,
        noun="fraud",
        found="found among flagged payments",
    )


def recall(sample: Sample, flagged: Bools, *, sides: tuple[int, ...]) -> Share:
    """Flagged frauds over all frauds; the missed ones carry it."""
    return Share(
        name="recall",
        part=sample.fraud & flagged,
        whole=sample.fraud,
        part_from=flagged,
        rest_from=~flagged,
        sides=sides,
        carried_by=sample.fraud & ~flagged,
        noun="fraud",
        found="found among approved payments",
    )


def legitimate_share(
    sample: Sample,
    marked: Bools,
    *,
    possible: Bools,
    name: str,
    sides: tuple[int, ...],
    found: str,
) -> Share:
    """Marked legitimate transactions over all legitimate ones: fpr, flag_fpr, friction_rate.

    `possible` are those that might have been marked: one of them may just have been missed.
    """
    legitimate = ~sample.fraud
    return Share(
        name=name,
        part=legitimate & marked,
        whole=legitimate,
        part_from=possible,
        rest_from=np.ones(len(sample), dtype=bool),
        sides=sides,
        carried_by=legitimate & marked,
        noun="legitimate payment",
        found=found,
    )
