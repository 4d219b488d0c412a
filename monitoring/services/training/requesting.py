"""Asking for a training run. Asking is cheap; running it is somebody else's work."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from monitoring.models import TrainingRun
from scoring.domain.errors import Conflict, FieldError, InvalidRecord
from scoring.domain.estimator import Options, XGBoostOptions
from scoring.domain.estimator.options import options_to_numbers
from scoring.domain.features import FeatureSet
from scoring.domain.intake import LIMITS
from scoring.selectors.feature_sets import feature_set_named, feature_set_of
from scoring.selectors.registry import production_version
from scoring.services.features import register_feature_set
from scoring.services.registry.locking import lock_registry
from scoring.services.wakeup import ring

LATEST_END = timedelta(days=366)
DEFAULT_FEATURE_SET = "default"
LABEL_DELAY_DAYS = 7


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What to train on: an empty feature set means that of the deciding version, empty times the
    last year until now. `label_delay_days` lie unused between learning and testing. Only what was
    known `as_of` a moment counts, empty: when the run starts."""

    feature_set: str = ""
    window_from: datetime | None = None
    window_until: datetime | None = None
    as_of: datetime | None = None
    label_delay_days: int = LABEL_DELAY_DAYS
    options: Options = field(default_factory=XGBoostOptions)


def request_training(
    *,
    by: User | None,
    trigger: str,
    now: datetime,
    request: TrainingRequest | None = None,
) -> TrainingRun:
    """Return a queued run.

    Raises `Problem`: `training_in_progress` where one is queued or running already, `invalid` for
    an impossible window, and those of reading a feature set.
    """
    asked = request or TrainingRequest()
    _refuse_impossible(asked, now)
    feature_set = _feature_set(asked.feature_set)
    with transaction.atomic():
        lock_registry()
        _refuse_second_run()
        stored = register_feature_set(feature_set=feature_set, now=now)
        if trigger != TrainingRun.Trigger.COMMAND:
            transaction.on_commit(lambda: ring("monitoring.run_training"))
        return TrainingRun.objects.create(
            trigger=trigger,
            feature_set=asked.feature_set or feature_set.name,
            options={
                "feature_set_hash": stored.hash,
                "window_from": asked.window_from and asked.window_from.isoformat(),
                "window_until": asked.window_until and asked.window_until.isoformat(),
                "as_of": asked.as_of and asked.as_of.isoformat(),
                "label_delay_days": asked.label_delay_days,
                "estimator": options_to_numbers(asked.options),
            },
            requested_by=by,
            requested_at=now,
            step="Waiting for a worker",
        )


def request_weekly_training(*, now: datetime) -> TrainingRun | None:
    """Return the queued run of the weekly schedule, None where one is under way anyway."""
    try:
        return request_training(by=None, trigger=TrainingRun.Trigger.SCHEDULE, now=now)
    except Conflict:
        return None


def _feature_set(name_or_file: str) -> FeatureSet:
    version = production_version()
    if not name_or_file and version is not None:
        return feature_set_of(version.feature_set)
    return feature_set_named(name_or_file or DEFAULT_FEATURE_SET)


def _refuse_impossible(asked: TrainingRequest, now: datetime) -> None:
    faults = []
    if asked.window_from and asked.window_from >= (asked.window_until or now):
        faults.append(FieldError("window_from", "invalid", "the window ends before it starts"))
    for name, moment in (("window_from", asked.window_from), ("window_until", asked.window_until)):
        # No payment is older, and with dates near the ends of the calendar nobody can count.
        if moment and not LIMITS.earliest <= moment <= now + LATEST_END:
            message = f"{name} lies between 1970 and a year from now"
            faults.append(FieldError(name, "out_of_range", message))
    if asked.as_of and not LIMITS.earliest <= asked.as_of <= now:
        message = "what will be known later cannot be learned yet: as_of lies between 1970 and now"
        faults.append(FieldError("as_of", "out_of_range", message))
    if not 0 <= asked.label_delay_days <= 365:
        message = "labels take between 0 and 365 days"
        faults.append(FieldError("label_delay_days", "invalid", message))
    if faults:
        raise InvalidRecord(faults, "; ".join(fault.message for fault in faults) + ".")


def _refuse_second_run() -> None:
    busy = TrainingRun.objects.filter(
        status__in=[TrainingRun.Status.QUEUED, TrainingRun.Status.RUNNING]
    ).first()
    if busy is not None:
        state = "running" if busy.status == TrainingRun.Status.RUNNING else "waiting"
        raise Conflict("training_in_progress", f"Training run {busy.pk} is {state} already.")
