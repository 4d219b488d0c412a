"""Which thresholds the held-out evidence supports, and the rule that chose them, in words."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.domain.errors import Problem
from scoring.domain.intervals import wilson_interval
from scoring.domain.wording import MINUS, count, rate

Floats = NDArray[np.float64]
Integers = NDArray[np.int8]

LEAST_FLAGGED = 30
LEAST_PRECISION = 0.5
# Thresholds are read by people: four digits of a probability are enough.
DIGITS = 4
TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Rows that neither the model nor its calibration has seen, each array (n,).

    `missed_losses` is what a row costs if it is fraud and approved, `wrongful_losses` what it
    costs if it is legitimate and blocked, both in the reporting currency.
    """

    probabilities: Floats
    labels: Integers
    missed_losses: Floats
    wrongful_losses: Floats
    days: float


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Thresholds (None: never), the rule in words, and what it rests on.

    `block_precision_low` is the lower 95 % bound of the share of frauds among the held-out rows at
    or above the block threshold; `reviews_per_day` is what the review band would have brought.
    """

    review_threshold: float | None
    block_threshold: float | None
    rule: str
    blocked: int
    blocked_frauds: int
    block_precision_low: float | None
    reviews_per_day: float
    reviewed_frauds: int

    def to_numbers(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Rows by falling probability, with running sums at every possible threshold."""

    thresholds: Floats
    flagged: NDArray[np.int64]
    frauds: NDArray[np.int64]
    block_gains: Floats
    look_gains: Floats


def recommend_thresholds(rows: HeldOut, *, review_cost: float, capacity: int) -> Recommendation:
    """Thresholds for these held-out rows.

    Block where p times the loss of a missed fraud exceeds (1 - p) times the loss of a wrongful
    decline, in sum, and where at least 30 rows with a lower precision bound of one half support it.
    Review below that what is worth the `review_cost` of a look, at most `capacity` rows a day.
    Raises `Problem` (`no_rows`) without rows.
    """
    if len(rows.probabilities) == 0 or rows.days <= 0:
        raise Problem("no_rows", "There are no held-out rows to choose thresholds on.")
    levels = _levels(rows, review_cost)
    block = _block_level(levels)
    review = _review_level(levels, block, capacity * rows.days)
    return _recommendation(levels, block, review, rows.days, capacity)


def _levels(rows: HeldOut, review_cost: float) -> _Sorted:
    order = np.argsort(-rows.probabilities, kind="stable")
    probabilities = rows.probabilities[order]
    rounded = np.floor(probabilities * 10**DIGITS) / 10**DIGITS
    last = np.flatnonzero(np.append(rounded[1:] < rounded[:-1], True))
    missed = probabilities * rows.missed_losses[order]
    block_gains = missed - (1 - probabilities) * rows.wrongful_losses[order]
    return _Sorted(
        thresholds=rounded[last],
        flagged=(last + 1).astype(np.int64),
        frauds=np.cumsum(rows.labels[order], dtype=np.int64)[last],
        block_gains=np.cumsum(block_gains)[last],
        look_gains=np.cumsum(missed - review_cost)[last],
    )


def _block_level(levels: _Sorted) -> int | None:
    """The position of the supported threshold with the greatest gain, or None."""
    best, best_gain = None, 0.0
    for position, gain in enumerate(levels.block_gains):
        if gain > best_gain and _supported(levels, position):
            best, best_gain = position, float(gain)
    return best


def _supported(levels: _Sorted, position: int) -> bool:
    flagged, frauds = int(levels.flagged[position]), int(levels.frauds[position])
    return flagged >= LEAST_FLAGGED and wilson_interval(frauds, flagged)[0] >= LEAST_PRECISION


def _review_level(levels: _Sorted, block: int | None, most: float) -> int | None:
    """The position of the threshold that gains most from looks within capacity, or None."""
    first = 0 if block is None else block + 1
    blocked = 0 if block is None else int(levels.flagged[block])
    blocked_gain = 0.0 if block is None else float(levels.look_gains[block])
    # Who looks at everything needs no model: the lowest level is never flagged.
    flagged = levels.flagged[first:-1]
    within = np.flatnonzero(flagged - blocked <= most)
    gains = levels.look_gains[first:][within] - blocked_gain
    if len(gains) == 0 or gains.max() <= 0:
        return None
    return first + int(within[gains.argmax()])


def _recommendation(
    levels: _Sorted, block: int | None, review: int | None, days: float, capacity: int
) -> Recommendation:
    blocked, blocked_frauds = _up_to(levels, block)
    flagged, frauds = _up_to(levels, block if review is None else review)
    low = None if block is None else wilson_interval(blocked_frauds, blocked)[0]
    block_threshold, review_threshold = _threshold(levels, block), _threshold(levels, review)
    reviews_per_day = (flagged - blocked) / days
    return Recommendation(
        review_threshold=review_threshold,
        block_threshold=block_threshold,
        rule=" ".join(
            [
                _block_words(block_threshold, blocked, blocked_frauds, low),
                _review_words(review_threshold, reviews_per_day, capacity),
            ]
        ),
        blocked=blocked,
        blocked_frauds=blocked_frauds,
        block_precision_low=low,
        reviews_per_day=reviews_per_day,
        reviewed_frauds=frauds - blocked_frauds,
    )


def _up_to(levels: _Sorted, position: int | None) -> tuple[int, int]:
    if position is None:
        return 0, 0
    return int(levels.flagged[position]), int(levels.frauds[position])


def _threshold(levels: _Sorted, position: int | None) -> float | None:
    return None if position is None else float(levels.thresholds[position])


def _block_words(threshold: float | None, blocked: int, frauds: int, low: float | None) -> str:
    if threshold is None or low is None:
        return (
            "Block nothing: no threshold saves more than it costs with at least "
            f"{LEAST_FLAGGED} held-out payments above it and a precision that is surely "
            f"{rate(LEAST_PRECISION, 0)} or more."
        )
    rows = count(blocked, "held-out payment")
    return (
        f"Block from {threshold:.{DIGITS}g}: from there on p {TIMES} loss of a missed fraud "
        f"exceeds (1 {MINUS} p) {TIMES} loss of a wrongful decline; of {rows} "
        f"{count(frauds)} were fraud, so the precision is at least {rate(low)}."
    )


def _review_words(threshold: float | None, reviews_per_day: float, capacity: int) -> str:
    if threshold is None:
        return "Review nothing by score: no payment is worth a look within the capacity."
    return (
        f"Review from {threshold:.{DIGITS}g}: a look costs less than what it saves there, and it "
        f"brings {reviews_per_day:.0f} reviews a day of the {count(capacity)} that people can do."
    )
