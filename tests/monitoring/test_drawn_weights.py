"""The drawn ones stand for everybody: coins of a payment are the same at every try."""

import numpy as np

from scoring.domain.sampling import AUDIT, draw

SECRET = b"a secret of this test"
STRATA = {"far": (40_000, 0.01), "near": (8_000, 0.05), "blocked": (1_000, 0.2)}


def coins(stratum: str, size: int) -> np.ndarray:
    return np.array([draw(SECRET, f"{stratum}-{number}", AUDIT) for number in range(size)])


def test_the_weights_of_the_drawn_ones_add_up_to_their_stratum() -> None:
    """Within four standard deviations of N, where each counts for 1/π others."""
    for stratum, (size, propensity) in STRATA.items():
        drawn = int((coins(stratum, size) < propensity).sum())
        spread = np.sqrt(size * (1 - propensity) / propensity)
        assert abs(drawn / propensity - size) < 4 * spread


def test_a_payment_that_is_decided_twice_is_drawn_twice_or_never() -> None:
    assert np.array_equal(coins("near", 2_000), coins("near", 2_000))
