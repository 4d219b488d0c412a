"""GET metrics/performance/ and metrics/drift/."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from monitoring.services.reports import run_report
from tests.monitoring.decided import Answers, add_decided
from tests.monitoring.samples import vectors_around
from tests.monitoring.test_drift_report import decide, remember
from tests.versions import add_version

pytestmark = pytest.mark.django_db
PERFORMANCE, DRIFT = "/api/v1/metrics/performance/", "/api/v1/metrics/drift/"
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


@pytest.fixture
def reported():
    now = timezone.now() - timedelta(minutes=1)
    add_decided("review", 60, at=now - timedelta(hours=2), answers=Answers(20, 40))
    return run_report(kind="performance", now=now)


def test_a_key_with_the_scope_reads_the_rates(reported, api_key) -> None:
    answer = api_key("metrics:read").get(PERFORMANCE)
    assert answer.status_code == 200
    body = answer.json()
    assert body["labels"] == 60
    assert body["rates"]["precision"]["estimate"] == pytest.approx(1 / 3)
    assert set(body["rates"]["fpr"]) == {
        *("name", "estimate", "low", "high", "method", "n", "n_eff", "events"),
        *("share_matured", "refused"),
    }
    assert {row["cell"] for row in body["confusion"]} == {
        "flagged_fraud",
        "flagged_legitimate",
        "approved_fraud",
        "approved_legitimate",
    }


def test_another_scope_is_refused(reported, api_key) -> None:
    assert api_key("decisions:read").get(PERFORMANCE).status_code == 403
    assert api_key("decisions:read").get(DRIFT).status_code == 403


@pytest.mark.parametrize(
    ("person", "status"),
    [("max_", 200), ("lea", 200), ("dana", 200), ("alice", 403), ("sam", 403), ("charlie", 403)],
)
def test_managers_leads_and_admins_may_look(reported, client_of, request, person, status) -> None:
    client = client_of(request.getfixturevalue(person))
    assert client.get(PERFORMANCE).status_code == status


def test_a_window_that_is_not_offered_is_an_error(reported, api_key) -> None:
    answer = api_key("metrics:read").get(PERFORMANCE, {"days": "13"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "days"


def test_a_misspelt_window_is_an_error_and_not_the_usual_one(reported, api_key) -> None:
    answer = api_key("metrics:read").get(PERFORMANCE, {"day": "7"})
    assert answer.status_code == 400
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [("day", "unknown_field")]


def test_without_a_report_the_answer_is_404(api_key) -> None:
    for address in (PERFORMANCE, DRIFT):
        answer = api_key("metrics:read").get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_report")


def test_drift_is_answered_by_feature(api_key, model_storage) -> None:
    version = add_version(now=NOON)
    version.stage = "production"
    version.save()
    trained = version.trained_from + timedelta(days=3)
    remember(version, add_decided("approve", 600, at=trained), vectors_around(50.0, 600))
    decide(version, vectors_around(50.0, 300))
    run_report(kind="drift", now=NOON)
    body = api_key("metrics:read").get(DRIFT).json()
    assert body["model_version"] == version.number
    assert body["features"][0]["name"] == "score"
    assert {"psi", "noise", "status", "n_current"} <= set(body["features"][1])
