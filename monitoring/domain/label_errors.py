"""Labels that the data contradict: how likely a model that never saw a label thinks it.

Self-confidence is the calibrated out-of-fold probability of the label that a payment has
(Northcutt, Jiang and Chuang 2021). Folds are by entity, or a card's other payments would give its
label away; each fold is judged by a model fitted on three others and calibrated on a fourth. A low
value is no proof: where fraud is rare, most labels that look wrong are rare frauds that are right.
So a person looks again, and nothing is ever flipped.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scoring.domain.estimator import Options, calibrate, fit

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int64]
FOLDS = 5
# A model of less knows too little to doubt anybody.
FEWEST_LABELS = 1_000
FEWEST_FRAUDS = 50
# From here on the data are rather for the label than against it.
DOUBTED_BELOW = 0.5


def entity_folds(entities: Codes, *, rng: np.random.Generator) -> Codes:
    """The fold 0 to 4 (n,) of each payment; payments of one entity (n,) share theirs."""
    names, places = np.unique(entities, return_inverse=True)
    drawn = rng.permutation(len(names)) % FOLDS
    return np.asarray(drawn[places], dtype=np.int64)


def out_of_fold(
    values: NDArray[np.float32], labels: NDArray[np.int8], folds: Codes, *, options: Options
) -> Floats:
    """The calibrated probability of fraud (n,), each by a model that saw nothing of its fold.

    Raises `Problem` (`one_class`) where a model would see one kind of label only.
    """
    probabilities = np.full(len(labels), np.nan)
    for judged, calibrating, fitting in _parts(folds):
        estimator = fit(values[fitting], labels[fitting], options=options)
        estimator = calibrate(estimator, values[calibrating], labels[calibrating])
        probabilities[judged] = estimator.probabilities(estimator.margins(values[judged]))
    return probabilities


def self_confidence(probabilities: Floats, labels: NDArray[np.int8]) -> Floats:
    """How likely each label is (n,), in [0, 1]: p of a fraud, 1 - p of a legitimate payment."""
    return np.asarray(np.where(labels == 1, probabilities, 1 - probabilities))


def most_doubted(confidence: Floats, eligible: Bools) -> list[int]:
    """The places of eligible labels that the data are rather against, the least likely first."""
    order = np.argsort(confidence, kind="stable")
    return [int(place) for place in order if eligible[place] and confidence[place] < DOUBTED_BELOW]


def too_little(labels: int, frauds: int) -> str:
    """Why nothing can be doubted yet, in a sentence; empty where it can.

    >>> too_little(400, 60)
    '400 labels, 60 of them frauds: this needs 1,000 and 50.'
    """
    if labels >= FEWEST_LABELS and frauds >= FEWEST_FRAUDS:
        return ""
    return (
        f"{labels:,} labels, {frauds:,} of them frauds:"
        f" this needs {FEWEST_LABELS:,} and {FEWEST_FRAUDS}."
    )


def _parts(folds: Codes) -> Iterator[tuple[Bools, Bools, Bools]]:
    """For each fold: what is judged, what calibrates, and what is fitted on."""
    for fold in range(FOLDS):
        judged, calibrating = folds == fold, folds == (fold + 1) % FOLDS
        yield judged, calibrating, ~(judged | calibrating)
