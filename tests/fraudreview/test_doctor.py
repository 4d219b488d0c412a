"""What `manage.py doctor` says of healthy and of sick installations."""

import json
from dataclasses import asdict
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from fraudreview.doctor import QUESTIONS, examine
from labeling.services import open_cases
from scoring.domain.policy import AuditRates
from scoring.models import CaseRequest, FeatureCheckRun, QueuedTransaction
from tests.models import put_into_production

pytestmark = pytest.mark.django_db
NO_CASE = "1 decisions that ask for a person have no case, or more than one."


def findings() -> dict[str, tuple[bool, str]]:
    return {finding.name: (finding.ok, finding.detail) for finding in examine()}


def test_a_fresh_installation_lacks_only_the_broker_that_the_tests_switched_off():
    answers = findings()
    assert [name for name, (ok, _) in answers.items() if not ok] == ["broker"]
    assert "Nothing is lost" in answers["broker"][1]
    assert answers["database"][1].startswith("PostgreSQL 1")
    assert "the fallback of policy 1 decides (review)" in answers["model"][1]


def test_the_command_prints_json_last_and_fails_when_something_is_wrong():
    output = StringIO()
    with pytest.raises(CommandError, match="broker"):
        call_command("doctor", json=True, stdout=output)
    checks = json.loads(output.getvalue().splitlines()[-1])["checks"]
    assert [check["name"] for check in checks] == list(QUESTIONS)
    assert all(set(check) == {"name", "ok", "detail"} for check in checks)


def test_a_queue_that_nobody_empties_is_found(send):
    payment = send(external_id="waits")
    since = timezone.now() - timedelta(minutes=5)
    QueuedTransaction.objects.filter(pk=payment.pk).update(enqueued_at=since)
    ok, detail = findings()["scoring"]
    assert not ok
    assert "1 transactions wait" in detail and "worker" in detail


def test_a_review_without_a_case_is_found(send, decide_now):
    send(external_id="seen")
    decide_now()
    assert findings()["review"][0]
    CaseRequest.objects.update(consumed_at=timezone.now())  # as if its item got lost
    ok, detail = findings()["review"]
    assert not ok
    assert detail.startswith("1 decisions")


def test_a_review_without_a_request_is_found(send, decide_now):
    send(external_id="forgotten")
    decide_now()
    CaseRequest.objects.all().delete()
    assert findings()["review"] == (False, NO_CASE)


def test_an_audit_without_a_request_is_found(model_storage, send, decide_now, now):
    put_into_production(now=now, audit_rates=asdict(AuditRates(1.0, 1.0, 1.0)))
    send(external_id="drawn")
    decide_now()
    assert CaseRequest.objects.get().kind == "audit"
    assert findings()["review"][0]
    CaseRequest.objects.all().delete()
    assert findings()["review"] == (False, NO_CASE)


def test_a_request_that_no_decision_asks_for_is_found(send, now):
    CaseRequest.objects.create(transaction=send(), kind="review", requested_at=now)
    assert findings()["review"] == (False, NO_CASE)


def test_a_case_whose_request_still_waits_is_found(send, decide_now, now):
    send(external_id="twice")
    decide_now()
    open_cases(now=now)
    assert findings()["review"][0]
    CaseRequest.objects.update(consumed_at=None)  # the next sweep would open it again
    assert findings()["review"] == (False, NO_CASE)


def test_vectors_that_recompute_to_other_values_are_found():
    ok, detail = findings()["features"]
    assert ok and "no stored vector" in detail
    counts = {"checked": 500, "unverifiable": 2}
    FeatureCheckRun.objects.create(checked_at=timezone.now(), skewed=0, **counts)
    assert findings()["features"] == (True, "500 stored vectors agree, 2 are unverifiable")
    FeatureCheckRun.objects.create(checked_at=timezone.now(), skewed=3, **counts)
    ok, detail = findings()["features"]
    assert not ok and detail.startswith("3 of 500 stored vectors")


def test_a_removed_trigger_is_found():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'scoring_decision'::regclass"
            " AND NOT tgisinternal LIMIT 1"
        )
        cursor.execute(f'DROP TRIGGER "{cursor.fetchone()[0]}" ON scoring_decision')
    ok, detail = findings()["append_only"]
    assert not ok
    assert "scoring.Decision" in detail


def test_a_question_that_cannot_be_asked_is_a_bad_sign(monkeypatch):
    def lost() -> str:
        raise OperationalError("connection\nrefused")

    monkeypatch.setitem(QUESTIONS, "database", lost)
    assert findings()["database"] == (False, "connection refused")


def test_a_row_that_refers_to_nothing_is_found(production_model, send, decide_now):
    send(external_id="p1")
    decide_now()
    assert findings()["references"][0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE scoring_score SET batch_id = batch_id + 1000")
    ok, detail = findings()["references"]
    assert (ok, detail) == (False, "Rows refer to rows that do not exist: 1 of Score.batch.")
