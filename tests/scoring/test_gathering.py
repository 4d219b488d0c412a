"""Calls that come at the same moment are answered together, by one of their threads."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from scoring.services.gathering import Gathering

CALLERS = 8


class Doubler:
    """Doubles numbers; holds the first group until told to go on."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.busy, self.go_on = threading.Event(), threading.Event()
        self.at_work = threading.Lock()

    def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        assert self.at_work.acquire(blocking=False), "two groups at the same time"
        self.groups.append(list(numbers))
        self.busy.set()
        assert self.go_on.wait(10)
        self.at_work.release()
        if 13 in numbers:
            raise ValueError("thirteen")
        return [2 * number for number in numbers]


def wait_for(gathering: Gathering[int, int], gathered: int) -> None:
    while len(gathering._waiting) < gathered:
        threading.Event().wait(0.001)


def test_a_lone_call_waits_for_nobody() -> None:
    doubler = Doubler()
    doubler.go_on.set()
    assert Gathering(doubler, most=5).ask(21) == 42
    assert doubler.groups == [[21]]


def test_calls_that_gather_meanwhile_are_answered_in_one_go_each_with_its_own_answer() -> None:
    doubler = Doubler()
    gathering = Gathering(doubler, most=100)
    with ThreadPoolExecutor(CALLERS + 1) as pool:
        first = pool.submit(gathering.ask, 0)
        assert doubler.busy.wait(10)
        others = [pool.submit(gathering.ask, number) for number in range(1, CALLERS + 1)]
        wait_for(gathering, CALLERS)
        doubler.go_on.set()
        assert first.result(10) == 0
        assert [other.result(10) for other in others] == [2 * n for n in range(1, CALLERS + 1)]
    assert [len(group) for group in doubler.groups] == [1, CALLERS]


def test_no_group_is_larger_than_the_limit() -> None:
    doubler = Doubler()
    gathering = Gathering(doubler, most=3)
    with ThreadPoolExecutor(CALLERS + 1) as pool:
        first = pool.submit(gathering.ask, 0)
        assert doubler.busy.wait(10)
        others = [pool.submit(gathering.ask, number) for number in range(1, CALLERS + 1)]
        wait_for(gathering, CALLERS)
        doubler.go_on.set()
        assert first.result(10) == 0
        assert {other.result(10) for other in others} == {2 * n for n in range(1, CALLERS + 1)}
    assert [len(group) for group in doubler.groups] == [1, 3, 3, 2]


def test_a_failure_reaches_all_who_asked_together_and_nobody_else() -> None:
    doubler = Doubler()
    gathering = Gathering(doubler, most=100)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(gathering.ask, 1)
        assert doubler.busy.wait(10)
        others = [pool.submit(gathering.ask, number) for number in (13, 2)]
        wait_for(gathering, 2)
        doubler.go_on.set()
        assert first.result(10) == 2
        for other in others:
            with pytest.raises(ValueError, match="thirteen"):
                other.result(10)
    assert gathering.ask(3) == 6


def test_a_thousand_calls_of_many_threads_all_get_their_own_answer() -> None:
    gathering: Gathering[int, int] = Gathering(lambda numbers: [-n for n in numbers], most=7)
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(gathering.ask, range(1000))) == [-n for n in range(1000)]
