"""The arithmetic of budgets: never more than the limit, whoever takes slices of it and how."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.domain.throttling import seconds_left
from scoring.services.throttling import Budgets

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


class Shared:
    """The counter of Redis, in memory; counts how often it is asked."""

    def __init__(self):
        self.sums, self.asked, self.is_there = Counter(), 0, True

    def add(self, name, amount, now):
        self.asked += 1
        if not self.is_there:
            return None
        self.sums[name] += amount
        return self.sums[name]


def spend(budgets, cost=1, *, limit=1000, now=NOON, name="key"):
    return budgets.spend(name, cost=cost, limit=limit, now=now)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 3),
    st.integers(1, 3000),
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 1200)), max_size=60),
)
def test_processes_together_never_spend_more_than_the_limit(processes, limit, calls):
    shared = Shared()
    budgets = [Budgets(shared.add) for _ in range(processes)]
    spent = sum(
        cost for who, cost in calls if not spend(budgets[who % processes], cost, limit=limit)
    )
    assert spent <= limit


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 3), st.integers(1, 3000))
def test_single_calls_spend_all_of_it_but_for_a_slice_per_process(processes, limit):
    shared = Shared()
    budgets = [Budgets(shared.add) for _ in range(processes)]
    calls = (budgets[number % processes] for number in range(limit + 50))
    spent = sum(not spend(one, limit=limit) for one in calls)
    assert limit - processes * (limit // 100) <= spent <= limit


def test_of_a_large_budget_one_call_in_hundreds_asks():
    shared = Shared()
    budgets = Budgets(shared.add)
    for _ in range(20_000):
        assert spend(budgets, limit=600_000) == 0
    assert shared.asked == 4


def test_an_exhausted_budget_asks_nobody_until_the_next_minute():
    shared = Shared()
    budgets = Budgets(shared.add)
    spend(budgets, 1000)
    assert spend(budgets, now=NOON + timedelta(seconds=45.2)) == 15
    asked = shared.asked
    for _ in range(100):
        assert spend(budgets)
    assert shared.asked == asked
    assert spend(budgets, now=NOON + timedelta(seconds=60)) == 0


def test_what_is_too_much_leaves_the_rest_to_smaller_calls():
    budgets = Budgets(Shared().add)
    spend(budgets, 700)
    assert spend(budgets, 400)
    assert spend(budgets, 300) == 0
    assert spend(budgets, 1)


def test_without_a_limit_nobody_is_asked():
    shared = Shared()
    assert spend(Budgets(shared.add), 10**9, limit=0) == 0
    assert not shared.asked


def test_without_a_counter_every_call_goes_ahead():
    shared = Shared()
    shared.is_there = False
    budgets = Budgets(shared.add)
    assert not any(spend(budgets, 900) for _ in range(10))


def test_names_have_budgets_of_their_own():
    budgets = Budgets(Shared().add)
    assert spend(budgets, 1000, name="a") == 0
    assert spend(budgets, 1000, name="b") == 0
    assert spend(budgets, 1, name="a")


def test_the_wait_is_whole_seconds_and_never_none():
    moments = [NOON + timedelta(milliseconds=step) for step in range(0, 60_000, 7)]
    waits = [seconds_left(moment) for moment in moments]
    assert (min(waits), max(waits)) == (1, 60)
    assert all(
        moment + timedelta(seconds=wait) >= NOON + timedelta(minutes=1)
        for moment, wait in zip(moments, waits, strict=True)
    )
