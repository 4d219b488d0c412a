"""What load balancers and Prometheus ask."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from scoring.models import FeatureCheckRun

pytestmark = pytest.mark.django_db


def test_a_living_process_answers_without_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_probes_need_no_known_host_and_no_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    for path in ("/healthz", "/readyz"):
        assert Client().get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert Client().get("/login/", headers={"host": "10.0.0.7:8000"}).status_code == 400


def test_a_process_with_its_database_is_ready():
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True})


def test_a_process_without_its_database_is_not_ready(monkeypatch):
    def lost(*args: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", lost)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": "unreachable"}


def test_metrics_are_for_keys_with_the_scope_and_for_admins(api_key, alice, dana):
    assert Client().get("/metrics").status_code == 401
    browser = Client()
    browser.force_login(alice)
    assert browser.get("/metrics").status_code == 403
    browser.force_login(dana)
    assert browser.get("/metrics").status_code == 200
    assert api_key("labels:write").get("/metrics").status_code == 403
    answer = api_key("metrics:read").get("/metrics", headers={"accept": "text/plain;version=0.0.4"})
    assert answer.status_code == 200
    assert answer["content-type"].startswith("text/plain")


def test_metrics_count_what_waits(api_key, send):
    before = _value(api_key, "fraudreview_waiting_transactions")
    send(external_id="waits")
    assert _value(api_key, "fraudreview_waiting_transactions") == before + 1
    assert _value(api_key, 'fraudreview_open_tasks{lane="audit"}') == 0


def test_metrics_show_the_skew_of_the_newest_check(api_key):
    assert "feature_skew_share" not in api_key("metrics:read").get("/metrics").content.decode()
    for skewed in (100, 5):
        FeatureCheckRun.objects.create(
            checked_at=timezone.now(), checked=200, skewed=skewed, unverifiable=7
        )
    assert _value(api_key, "fraudreview_feature_skew_share") == 0.025
    assert _value(api_key, "fraudreview_feature_checked_vectors") == 200
    assert _value(api_key, "fraudreview_feature_unverifiable_vectors") == 7


def _value(api_key, name):
    lines = api_key("metrics:read").get("/metrics").content.decode().splitlines()
    (line,) = [line for line in lines if line.startswith(name + " ")]
    return float(line.split()[-1])
