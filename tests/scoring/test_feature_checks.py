"""Stored vectors can be recomputed exactly, whatever arrived since."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from scoring import tasks
from scoring.models import FeatureCheckRun, TransactionDetails
from scoring.services.feature_checks import FeatureCheck, check_features, run_feature_check
from tests.models import put_into_production


def test_vectors_recompute_to_themselves_after_late_events(
    committed_db: str, model_storage: Any, now: datetime, send: Any, decide_now: Callable[[], int]
) -> None:
    """F6."""
    put_into_production(now=now)
    for number in range(5):
        send(f"p{number}")
        decide_now()
    # This one happened before the others but came in after they were decided.
    send("late", occurred_at=(now - timedelta(hours=1)).isoformat())
    assert check_features() == FeatureCheck(checked=5)


def test_a_changed_vector_is_skew(
    committed_db: str, model_storage: Any, now: datetime, send: Any, decide_now: Callable[[], int]
) -> None:
    put_into_production(now=now)
    send()
    decide_now()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE scoring_featurevector SET values[1] = 21")
    with pytest.raises(SystemExit):
        call_command("check_features", "--json", stdout=(out := StringIO()))
    assert json.loads(out.getvalue()) == {"checked": 1, "skewed": 1, "unverifiable": 0}


def test_erased_attributes_are_unverifiable_not_skew(
    committed_db: str, model_storage: Any, now: datetime, send: Any, decide_now: Callable[[], int]
) -> None:
    """F30."""
    put_into_production(now=now, feature_set="default")
    send(attributes={"items": 3})
    decide_now()
    TransactionDetails.objects.update(attributes={})
    assert check_features() == FeatureCheck(unverifiable=1)


def test_a_snapshot_of_another_server_is_unverifiable(
    committed_db: str, model_storage: Any, now: datetime, send: Any, decide_now: Callable[[], int]
) -> None:
    """F30."""
    put_into_production(now=now)
    send()
    decide_now()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE scoring_scoringbatch SET snapshot = '10:9000000000000:'")
    assert check_features() == FeatureCheck(unverifiable=1)


def test_the_hourly_check_adds_what_it_found(
    committed_db: str, model_storage: Any, now: datetime, send: Any, decide_now: Callable[[], int]
) -> None:
    put_into_production(now=now)
    for number in range(3):
        send(f"p{number}")
    decide_now()
    tasks.check_features()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_featurevector SET values[1] = 21"
            " WHERE transaction_id = (SELECT max(transaction_id) FROM scoring_featurevector)"
        )
    tasks.check_features()
    found = FeatureCheckRun.objects.order_by("pk").values_list("checked", "skewed", "unverifiable")
    assert list(found) == [(3, 0, 0), (3, 1, 0)]


def test_a_check_ends_when_its_time_is_over(
    committed_db: str, model_storage: Any, now: datetime, send: Any, decide_now: Callable[[], int]
) -> None:
    put_into_production(now=now)
    for number in range(25):
        send(f"p{number}")
    decide_now()
    run = run_feature_check(sample=100, budget=timedelta(microseconds=1), now=now)
    assert 0 < run.checked < 25


def test_the_newest_vectors_are_checked_first(
    committed_db: str, model_storage: Any, now: datetime, send: Any, decide_now: Callable[[], int]
) -> None:
    put_into_production(now=now)
    for number in range(3):
        send(f"p{number}")
        decide_now()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_featurevector SET values[1] = 21"
            " WHERE transaction_id = (SELECT max(transaction_id) FROM scoring_featurevector)"
        )
    assert check_features(sample=1) == FeatureCheck(checked=1, skewed=1)
