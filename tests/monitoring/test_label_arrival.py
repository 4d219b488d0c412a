"""Days are used once their frauds are known: how late that is, old days tell."""

import numpy as np

from monitoring.domain.dataset import (
    EVALUATION_ARRIVED,
    arrivals_of,
    arrived_shares,
    on_mature_days,
)
from tests.histories import START, at
from tests.monitoring.datasets import dataset_of

DAYS = 60
PER_DAY = 20


def late_frauds(*, days=DAYS, waits=(2.0, 4.0, 6.0, 20.0), as_of=DAYS):
    """Twenty payments a day, four of them frauds that become known after `waits` days."""
    rows = []
    for day in range(days):
        for number in range(PER_DAY):
            wait = waits[number] if number < len(waits) else 0.0
            known = day + 0.5 + wait <= as_of
            label = int(number < len(waits)) if known else -1
            rows.append((day + 0.5, label, day + 0.5 + wait))
    return dataset_of(rows)


def test_a_share_is_counted_over_old_payments_only():
    arrivals = arrivals_of(late_frauds(), as_of=at(DAYS))
    assert arrivals.horizon == 30
    shares = arrivals.share_in(np.array([-1.0, 0.0, 2.0, 5.0, 6.0, 19.9, 20.0, 400.0]))
    assert shares.tolist() == [0, 0, 0.25, 0.5, 0.75, 0.75, 1, 1]


def test_the_longest_wait_with_enough_frauds_is_looked_back_on():
    arrivals = arrivals_of(late_frauds(days=100, as_of=100), as_of=at(100))
    assert arrivals.horizon == 90


def test_young_payments_would_make_labels_look_fast():
    everything = late_frauds()
    known = everything.labels == 1
    waits = (everything.known_at[known] - everything.occurred_at[known]) / np.timedelta64(1, "D")
    naive = (waits <= 6).mean()
    honest = arrivals_of(everything, as_of=at(DAYS)).share_in(np.array([6.0]))[0]
    assert naive > honest == 0.75


def test_too_few_old_frauds_say_nothing():
    young = late_frauds(days=35, as_of=35)
    assert arrivals_of(young, as_of=at(35)) is None


def test_a_day_counts_from_its_end():
    arrivals = arrivals_of(late_frauds(), as_of=at(DAYS))
    origin = (START.date() - START.date().replace(year=1970, month=1, day=1)).days
    days = np.array([origin + DAYS - 3, origin + DAYS - 2])
    assert arrived_shares(days, arrivals, as_of=at(DAYS)).tolist() == [0.25, 0.0]


def test_the_more_must_be_known_the_older_is_the_last_day():
    rows = late_frauds(waits=(2.0,) * 9 + (20.0,))
    arrivals = arrivals_of(rows, as_of=at(DAYS))
    early, late = (
        on_mature_days(rows, arrivals, as_of=at(DAYS), arrived=arrived)
        for arrived in (0.8, EVALUATION_ARRIVED)
    )
    assert last_day(rows, early) == DAYS - 3
    assert last_day(rows, late) == DAYS - 21


def test_where_nobody_knows_the_labels_alone_decide():
    rows = late_frauds(days=30, as_of=30)
    assert on_mature_days(rows, None, as_of=at(30), arrived=EVALUATION_ARRIVED).all()


def last_day(rows, mask):
    start = np.datetime64(START.replace(tzinfo=None), "D").astype(int)
    return int(rows.days[mask].max() - start)
