"""The worker application. The beat schedule is the list of sweeps: each safe to run twice."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, before_task_publish, celeryd_init
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fraudreview.settings")

from django.conf import settings
from django.db import InterfaceError, OperationalError

from fraudreview import embedded, polling  # noqa: F401 (polling starts with the worker)

app = Celery("fraudreview")
app.conf.update(
    broker_url=settings.REDIS_URL,
    # Results would only gather in Redis: whatever matters is a row.
    task_ignore_result=True,
    task_default_queue="default",
    # Named routing keys: without one each queue is bound to "default" and gets every message.
    task_queues=[
        Queue(name, routing_key=name) for name in ("default", "scoring", "training", "webhooks")
    ],
    task_routes={
        # Whoever waits for somebody else's server decides no payments meanwhile.
        "scoring.deliver_webhooks": {"queue": "webhooks"},
        "scoring.purge_webhooks": {"queue": "webhooks"},
        "scoring.check_features": {"queue": "default"},
        "scoring.promote_hot_entities": {"queue": "default"},
        "scoring.merge_tiles": {"queue": "default"},
        "scoring.measure_references": {"queue": "default"},
        "scoring.*": {"queue": "scoring"},
        "monitoring.run_training": {"queue": "training"},
        "monitoring.find_label_errors": {"queue": "training"},
    },
    # A message is a hint, done as soon as it is taken: the next one of its kind finds the rows.
    # Kombu may end the worker when the broker dies while a message is not acknowledged.
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600, "socket_timeout": 5},
    timezone="UTC",
    beat_schedule={},
)
app.conf.beat_schedule = {
    "score pending": {
        "task": "scoring.score_pending",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "open cases": {
        "task": "labeling.open_cases",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "commit verdicts": {
        "task": "labeling.commit_verdicts",
        "schedule": 2.0,
        "options": {"expires": 2},
    },
    "expire leases": {
        "task": "labeling.expire_leases",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "pass on unwanted": {
        "task": "labeling.pass_on_unwanted",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "measure lanes": {
        "task": "labeling.measure_lanes",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "expire deadlines": {
        "task": "labeling.expire_deadlines",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "close moot": {
        "task": "labeling.close_moot",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "ask for appeals": {
        "task": "labeling.ask_for_appeals",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "resume overdue": {
        "task": "labeling.resume_overdue",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "deliver webhooks": {
        "task": "scoring.deliver_webhooks",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "purge webhooks": {
        "task": "scoring.purge_webhooks",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "promote hot entities": {
        "task": "scoring.promote_hot_entities",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "merge tiles": {
        "task": "scoring.merge_tiles",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "measure references": {
        "task": "scoring.measure_references",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "find similar cases": {
        "task": "labeling.find_similar_cases",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "check features": {
        "task": "scoring.check_features",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "run reports": {
        "task": "monitoring.run_reports",
        "schedule": 60.0 * settings.FRAUDREVIEW_REPORT_MINUTES,
        "options": {"expires": 60 * settings.FRAUDREVIEW_REPORT_MINUTES},
    },
    # Does nothing but once a day, and as soon as a policy with a budget begins to decide.
    "solve audits": {
        "task": "monitoring.solve_audits",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "check audits": {
        "task": "monitoring.check_audits",
        "schedule": 60.0 * settings.FRAUDREVIEW_REPORT_MINUTES,
        "options": {"expires": 60 * settings.FRAUDREVIEW_REPORT_MINUTES},
    },
    "run training": {
        "task": "monitoring.run_training",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "find label errors": {
        "task": "monitoring.find_label_errors",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "search label errors weekly": {
        "task": "monitoring.request_label_error_search",
        "schedule": crontab(minute=0, hour=4, day_of_week="mon"),
    },
    "retrain weekly": {
        "task": "monitoring.request_weekly_training",
        "schedule": crontab(minute=0, hour=2, day_of_week="mon"),
    },
}
# Beat repeats each of them: a database that is away for a moment is worth a line, no traceback.
app.conf.task_annotations = {
    entry["task"]: {"throws": (OperationalError, InterfaceError)}
    for entry in app.conf.beat_schedule.values()
}
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
@before_task_publish.connect
def start_embedded_valkey(**_: Any) -> None:
    """Have the embedded broker running, where none is configured; cheap once it does."""
    if not os.environ.get("REDIS_URL"):
        embedded.ensure_redis(settings.BASE_DIR)
