"""One run at a time, whatever happens to the process that runs it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Q

from monitoring.models import TrainingRun
from monitoring.services.training.pipeline import train
from monitoring.services.training.progress import Progress, Watch
from scoring.domain.errors import Conflict, Problem
from scoring.services.locking import advisory_lock

logger = logging.getLogger(__name__)
LOCK = "training"
OWN_START = timedelta(minutes=1)
Clock = Callable[[], datetime]
Status = TrainingRun.Status


def run_training(
    *, training_run: TrainingRun, clock: Clock, watch: Watch | None = None
) -> TrainingRun:
    """Run a queued run to its end and return it, succeeded or failed with its reason.

    `watch` is called with each step in words and the share done. Raises `Conflict`:
    `training_in_progress` where another process trains, `training_taken` where this run is no
    longer queued.
    """
    with advisory_lock(LOCK) as acquired:
        if not acquired:
            raise Conflict("training_in_progress", "Another training run is running.")
        _fail_runs_without_process(clock())
        _start(training_run, clock())
        try:
            _finish(training_run, clock, watch)
        except Exception as error:
            _fail(training_run, error, clock())
    training_run.refresh_from_db()
    return training_run


def run_queued_training(*, clock: Clock) -> TrainingRun | None:
    """Run the oldest queued run; None where none waits or another process trains already."""
    # A command runs its own request; only where it died meanwhile somebody else does.
    own = Q(trigger=TrainingRun.Trigger.COMMAND, requested_at__gt=clock() - OWN_START)
    queued = TrainingRun.objects.filter(~own, status=Status.QUEUED)
    training_run = queued.order_by("pk").first()
    if training_run is None:
        fail_lost_runs(now=clock())
        return None
    try:
        return run_training(training_run=training_run, clock=clock)
    except Conflict:
        return None


def fail_lost_runs(*, now: datetime) -> int:
    """Fail the runs whose process died; return how many.

    A living process holds the lock as long as it trains: who gets the lock knows it is alone.
    """
    with advisory_lock(LOCK) as acquired:
        return _fail_runs_without_process(now) if acquired else 0


def _fail_runs_without_process(now: datetime) -> int:
    return TrainingRun.objects.filter(status=Status.RUNNING).update(
        status=Status.FAILED,
        finished_at=now,
        error_code="worker_lost",
        error="The process that trained ended before it was done. Start the training again.",
    )


def _start(training_run: TrainingRun, now: datetime) -> None:
    queued = TrainingRun.objects.filter(pk=training_run.pk, status=Status.QUEUED)
    try:
        with transaction.atomic():
            started = queued.update(
                status=Status.RUNNING, started_at=now, heartbeat_at=now, step="Starting"
            )
    except IntegrityError:
        started = 0
    if not started:
        raise Conflict("training_taken", f"Training run {training_run.pk} does not wait any more.")


def _finish(training_run: TrainingRun, clock: Clock, watch: Watch | None) -> None:
    training_run.refresh_from_db()
    trained = train(training_run, Progress(training_run, clock, watch), clock())
    now = clock()
    TrainingRun.objects.filter(pk=training_run.pk, status=Status.RUNNING).update(
        status=Status.SUCCEEDED,
        finished_at=now,
        heartbeat_at=now,
        progress=1.0,
        step="Done",
        dataset=trained.dataset,
        metrics=trained.metrics,
        model_version=trained.model_version,
    )


def _fail(training_run: TrainingRun, error: Exception, now: datetime) -> None:
    code, message = "internal_error", f"{type(error).__name__}: {error}"[:500]
    if isinstance(error, Problem):
        code, message = error.code, error.message
    else:
        logger.exception("training run %s failed", training_run.pk)
    if isinstance(error, DatabaseError) and not connection.in_atomic_block:
        connection.close()  # a broken connection must not hide what broke it
    TrainingRun.objects.filter(pk=training_run.pk, status=Status.RUNNING).update(
        status=Status.FAILED, finished_at=now, error_code=code[:50], error=message
    )
