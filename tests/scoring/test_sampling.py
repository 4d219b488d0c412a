"""Draws that come out the same again, and are uniform."""

import numpy as np
from scipy import stats

from scoring.domain.sampling import draw

SECRET = b"a secret of the test"


def test_the_same_payment_draws_the_same_number_again() -> None:
    assert draw(SECRET, "p1", "audit") == draw(SECRET, "p1", "audit")


def test_another_purpose_draws_another_number() -> None:
    assert draw(SECRET, "p1", "audit") != draw(SECRET, "p1", "lane")


def test_another_secret_draws_another_number() -> None:
    assert draw(SECRET, "p1", "audit") != draw(b"another", "p1", "audit")


def test_draws_are_uniform() -> None:
    draws = [draw(SECRET, f"p{number}", "audit") for number in range(20_000)]
    assert min(draws) >= 0 and max(draws) < 1
    assert stats.kstest(draws, "uniform").pvalue > 0.001


def test_draws_of_two_purposes_are_unrelated() -> None:
    numbers = range(5_000)
    first = [draw(SECRET, f"p{number}", "audit") for number in numbers]
    second = [draw(SECRET, f"p{number}", "lane") for number in numbers]
    assert abs(float(np.corrcoef(first, second)[0, 1])) < 0.05
