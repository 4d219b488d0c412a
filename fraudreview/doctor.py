"""Is this installation healthy: one question each, with an answer that helps."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pgtrigger
import redis
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from fraudreview import embedded
from monitoring.models import Report
from monitoring.selectors.audit_draws import newest_sample_check
from scoring.domain.errors import Problem
from scoring.selectors.feature_checks import newest_feature_check
from scoring.selectors.policies import active_policy
from scoring.selectors.queue import waiting_transactions
from scoring.selectors.references import lost_references, unchecked_references
from scoring.services.registry import load_estimator

OLDEST_POSTGRESQL = 15
LONGEST_WAIT = timedelta(minutes=1)
LARGEST_CLOCK_GAP = timedelta(seconds=5)
LEAST_FREE_SHARE = 0.05

# Every decision that asks for a person has exactly one request, of its kind, and nothing else has
# one; every consumed request has exactly one item, of its payment and kind, and no other has one.
# Checks and appeals answer no request.
UNSEEN = """
WITH asked AS (
    SELECT transaction_id,
        CASE outcome WHEN 'review' THEN 'review' ELSE 'audit' END AS kind
    FROM scoring_decision WHERE outcome = 'review' OR audited
)
SELECT count(*) FROM (
    SELECT transaction_id, kind
    FROM asked
    FULL JOIN scoring_caserequest r USING (transaction_id, kind)
    FULL JOIN (
        SELECT * FROM labeling_reviewitem WHERE kind IN ('review', 'audit')
    ) i USING (transaction_id, kind)
    GROUP BY transaction_id, kind
    HAVING count(asked) <> 1 OR count(r.id) <> 1 OR count(i.id) <> count(r.consumed_at)
        OR bool_or(i.case_request_id <> r.id)
) AS lost
"""


class Unwell(Exception):
    """What is wrong, and what to do about it."""


@dataclass(frozen=True)
class Finding:
    """The answer to one question."""

    name: str
    ok: bool
    detail: str


def examine() -> Iterator[Finding]:
    """Yield one finding per question; one that cannot be asked is a bad sign, too."""
    for name, question in QUESTIONS.items():
        try:
            yield Finding(name, True, question())
        except Unwell as unwell:
            yield Finding(name, False, str(unwell))
        except Problem as problem:
            yield Finding(name, False, problem.message)
        except (DatabaseError, OSError, embedded.EmbeddedError) as error:
            yield Finding(name, False, " ".join(str(error).split()))


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), now()")
        version, now = cursor.fetchone()
    if int(version.split(".")[0]) < OLDEST_POSTGRESQL:
        raise Unwell(f"PostgreSQL {version} is too old: {OLDEST_POSTGRESQL} or newer is needed.")
    gap = abs(timezone.now() - now)
    if gap > LARGEST_CLOCK_GAP:
        seconds = gap.total_seconds()
        raise Unwell(f"The clocks of database and program differ by {seconds:.0f} s: set them.")
    return f"PostgreSQL {version}"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise Unwell(f"{len(missing)} migrations are not applied: run manage.py migrate.")
    return "all applied"


def _append_only() -> str:
    states = [
        f"{model._meta.label}.{trigger.name}"
        for model, trigger in pgtrigger.registered()
        if trigger.get_installation_status(model)[0] != "INSTALLED"
    ]
    if states:
        raise Unwell(f"Triggers are missing or altered: {', '.join(states)}.")
    return f"{len(pgtrigger.registered())} triggers protect what is never edited"


def _broker() -> str:
    url = settings.REDIS_URL
    if not os.environ.get("REDIS_URL"):
        url = embedded.ensure_redis(settings.BASE_DIR)
    try:
        with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as client:
            info: dict[str, Any] = client.info("server")
    except redis.RedisError as error:
        raise Unwell(f"{error} Nothing is lost: workers look for themselves, later.") from None
    return f"answers, {info.get('server_name', 'redis')} {_version_of(info)}"


def _version_of(info: dict[str, Any]) -> str:
    return str(info.get("valkey_version") or info.get("redis_version"))


def _model() -> str:
    policy = active_policy()
    if policy.model_version is None:
        return (
            f"none yet: the fallback of policy {policy.number} decides ({policy.fallback_outcome})"
        )
    load_estimator(policy.model_version)
    return f"version {policy.model_version.number} decides with policy {policy.number}"


def _scoring() -> str:
    waiting = waiting_transactions(now=timezone.now())
    if waiting.oldest > LONGEST_WAIT:
        raise Unwell(
            f"{waiting.count:,} transactions wait, the oldest for {waiting.oldest}. "
            "Is a worker running for the queue `scoring`?"
        )
    return f"{waiting.count:,} transactions wait"


def _features() -> str:
    check = newest_feature_check()
    if check is None:
        return "no stored vector has been checked yet"
    if check.skewed:
        raise Unwell(
            f"{check.skewed:,} of {check.checked:,} stored vectors recompute to other values "
            f"({check.checked_at:%Y-%m-%d %H:%M} UTC): see manage.py check_features."
        )
    return f"{check.checked:,} stored vectors agree, {check.unverifiable:,} are unverifiable"


def _review() -> str:
    with connection.cursor() as cursor:
        cursor.execute(UNSEEN)
        (lost,) = cursor.fetchone()
    if lost:
        raise Unwell(f"{lost:,} decisions that ask for a person have no case, or more than one.")
    return "every decision that asks for a person has its case"


def _audits() -> str:
    check = newest_sample_check()
    if check is None:
        return "the sample has not been checked yet"
    if check.dropped:
        raise Unwell(
            f"{check.dropped:,} payments drawn for an audit are with nobody, which bends every "
            "rate: see /policies/audits/."
        )
    if check.alarm:
        raise Unwell(
            f"Draws of {check.report.window_start:%Y-%m-%d} do not match their probabilities "
            f"(p = {check.p_value:.2g}): see /policies/audits/."
        )
    if check.p_value is None:
        return "every drawn payment has its look; too few draws were expected to test them"
    return f"every drawn payment has its look, and draws match (p = {check.p_value:.2f})"


def _references() -> str:
    lost = lost_references()
    if lost:
        told = ", ".join(f"{count:,} of {name}" for name, count in lost.items())
        raise Unwell(f"Rows refer to rows that do not exist: {told}.")
    return f"{len(unchecked_references())} kinds of references all lead somewhere"


def _reports() -> str:
    newest = Report.objects.order_by("-created_at").first()
    if newest is None:
        return "none yet"
    age = timezone.now() - newest.created_at
    if age > timedelta(minutes=3 * settings.FRAUDREVIEW_REPORT_MINUTES):
        raise Unwell(f"The newest report is {age} old. Do the scheduler and a worker run?")
    return f"the newest is {int(age.total_seconds() / 60)} minutes old"


def _disk() -> str:
    folder = _existing(settings.FRAUDREVIEW_MODELS)
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    if share < LEAST_FREE_SHARE:
        raise Unwell(f"Only {share:.0%} is free where models are kept ({folder}).")
    return f"{share:.0%} free"


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)


def _static_files() -> str:
    name = "css/base.css"
    try:
        # Where files are collected, one without an entry in the manifest is a ValueError.
        found = finders.find(name) if settings.LAPTOP else staticfiles_storage.url(name)
    except ValueError:
        found = None
    if not found:
        raise Unwell("The static files are not collected: run manage.py collectstatic.")
    return "found"


QUESTIONS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "append_only": _append_only,
    "broker": _broker,
    "model": _model,
    "scoring": _scoring,
    "features": _features,
    "review": _review,
    "audits": _audits,
    "references": _references,
    "reports": _reports,
    "disk": _disk,
    "static_files": _static_files,
}
