"""Each task reaches the queue of its kind, and no other."""

import pytest
from django.db import OperationalError

from fraudreview.celery import app


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("scoring.score_pending", "scoring"),
        ("scoring.check_features", "default"),
        ("labeling.open_cases", "default"),
        ("monitoring.run_training", "training"),
        ("scoring.deliver_webhooks", "webhooks"),
        ("monitoring.run_reports", "default"),
    ],
)
def test_a_task_is_routed_by_its_kind(task: str, queue: str) -> None:
    route = app.amqp.router.route({}, task)
    chosen = route.get("queue") or app.amqp.queues[app.conf.task_default_queue]
    assert chosen.name == queue


def test_no_two_queues_share_a_routing_key() -> None:
    keys = [(queue.exchange.name, queue.routing_key) for queue in app.conf.task_queues]
    assert len(set(keys)) == len(keys) == 4


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled <= set(app.tasks)


def test_a_database_that_is_away_is_expected_of_what_beat_repeats() -> None:
    app.loader.import_default_modules()
    repeated = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert all(issubclass(OperationalError, app.tasks[name].throws) for name in repeated)
