"""The past of the company: its payments imported, a first model trained and promoted."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import polars as pl
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from fraudreview.simulation.files import write_rows
from labeling.services.history import import_history
from monitoring.models import TrainingRun
from monitoring.services.training import TrainingRequest, request_training, run_training
from scoring.domain.audits import AuditBudget
from scoring.models import DecisionPolicy
from scoring.selectors.policies import active_policy
from scoring.services.policies import PolicyDraft, activate_policy, create_policy, draft_for
from scoring.services.registry import promote

REVIEWS_A_DAY = 25
HOLD_MINUTES = 12 * 60
# A company that does not trust its first model yet looks into a good part of what it blocks.
AUDIT_RATES = {"approve": 0.006, "approve_near": 0.03, "block": 0.3}
# Half an hour of work for each of three people.
AUDITS_A_DAY = AuditBudget(approve=12, block=6)
STAFF = "Three people review, in two shifts."
WHY = "First model: it costs less than approving everything, on payments it had not seen."


class DemoError(Exception):
    """The demo cannot go on; the text says why."""


def import_past(table: pl.DataFrame, *, folder: Path, now: datetime, bar: "tqdm[NoReturn]") -> int:
    """Import payments as history, with the labels known at that moment; return how many."""
    path = folder / "history.parquet"
    write_rows(table, path)
    summary = import_history(
        path=path,
        mapping_name="simulation",
        now=now,
        progress=lambda done, total: _show(bar, done / total),
    )
    path.unlink()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # or what follows is planned for empty tables
    if summary.errors:
        raise DemoError(f"The simulated history was refused: {summary.errors[0]}")
    return int(summary.imported)


def _show(bar: "tqdm[NoReturn]", share: float) -> None:
    bar.update(int(share * (bar.total or 0)) - bar.n)


def train_first_model(*, by: User, since: datetime, now: datetime) -> TrainingRun:
    """Train a model as of that moment and let it decide, with the policy its evidence names."""
    clock = _clock_from(now)
    policy = _staffed_policy(by, clock())
    asked = request_training(
        by=by, trigger="command", now=now, request=TrainingRequest(window_from=since)
    )
    done = run_training(training_run=asked, clock=clock)
    if done.model_version is None:
        raise DemoError(f"The training failed: {done.error}")
    draft = draft_for(done.model_version, like=policy)
    promote(policy=create_policy(draft=draft, by=by, now=clock()), by=by, reason=WHY, now=clock())
    return done


def _staffed_policy(by: User, now: datetime) -> DecisionPolicy:
    """Say how many reviews a day this company can do, before thresholds are chosen for them."""
    present = active_policy()
    values = {field.name: getattr(present, field.name) for field in fields(PolicyDraft)}
    values |= {
        "review_capacity": REVIEWS_A_DAY,
        "review_minutes": HOLD_MINUTES,
        "audit_rates": AUDIT_RATES,
        "audit_budget": AUDITS_A_DAY.to_row(),
    }
    policy = create_policy(draft=PolicyDraft(**values), by=by, now=now)
    activate_policy(policy=policy, by=by, reason=STAFF, now=now)
    return policy


def _clock_from(moment: datetime) -> Callable[[], datetime]:
    """Return a clock that goes on from that moment."""
    began = timezone.now()
    return lambda: moment + (timezone.now() - began)
