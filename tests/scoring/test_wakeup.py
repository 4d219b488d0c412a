"""Ringing the workers never blocks, never fails, and coalesces."""

import threading
from typing import Any

from celery import Celery

from scoring.services.wakeup import Bell
from tests.processes import NO_BROKER, wait_until


def test_many_rings_become_few_messages() -> None:
    published: list[str] = []
    first_is_out, go_on = threading.Event(), threading.Event()

    def publish(task: str) -> None:
        published.append(task)
        first_is_out.set()
        go_on.wait(10)

    bell = Bell(publish)
    bell.ring("scoring.score_pending")
    assert first_is_out.wait(10)
    for _ in range(100):
        bell.ring("scoring.score_pending")
    go_on.set()
    wait_until(lambda: len(published) >= 2, what="the second message")
    assert published == ["scoring.score_pending"] * 2


def test_a_dead_broker_is_noted_and_then_left_alone(caplog: Any) -> None:
    tries: list[str] = []
    app = Celery(broker=NO_BROKER, set_as_current=False)

    def publish(task: str) -> None:
        tries.append(task)
        app.send_task(task, retry=False)

    bell = Bell(publish)
    bell.ring("scoring.score_pending")
    wait_until(lambda: "does not answer" in caplog.text, what="the warning", seconds=60)
    bell.ring("scoring.score_pending")
    wait_until(lambda: not bell._due, what="taking up the second ring")
    assert tries == ["scoring.score_pending"]
