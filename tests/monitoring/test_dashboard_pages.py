"""The pages behind both dashboards: who sees them, and what stands there before any data."""

from datetime import timedelta

import pytest
from django.utils import timezone

from monitoring.services.reports import run_reports

pytestmark = pytest.mark.django_db

PAGES = ["/dashboards/executive/", "/dashboards/drift/", "/dashboards/review/"]


@pytest.mark.parametrize("page", PAGES)
def test_managers_leads_and_admins_see_it(client_of, max_, lea, dana, page):
    for person in (max_, lea, dana):
        assert client_of(person).get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_analysts_support_and_outsiders_do_not(client_of, alice, sam, charlie, page):
    for person in (alice, sam, charlie):
        answer = client_of(person).get(page)
        assert answer.status_code == 403
        assert "This page is not for your role" in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_it_without_signing_in(client, page):
    assert client.get(page).url == f"/login/?next={page}"


def test_before_any_report_the_executive_page_says_why_and_what_next(client_of, max_):
    html = client_of(max_).get("/dashboards/executive/").content.decode()
    assert "No report yet" in html
    assert "Nothing was decided in the 28 days" in html


def test_before_any_model_the_drift_page_says_why_and_what_next(client_of, max_):
    html = client_of(max_).get("/dashboards/drift/").content.decode()
    assert "Nothing to compare yet" in html
    assert "No model is in production" in html


@pytest.mark.parametrize("days", ["7", "90", "-1", "0", "999999999999", "x", "²", ""])
def test_no_period_in_the_address_breaks_the_page(client_of, max_, days):
    answer = client_of(max_).get("/dashboards/executive/", {"days": days})
    assert answer.status_code == 200


@pytest.mark.parametrize("feature", ["amount", "no such", "<script>", "\x00"])
def test_no_feature_in_the_address_breaks_the_page(client_of, max_, feature):
    answer = client_of(max_).get("/dashboards/drift/", {"feature": feature})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().split("<main")[1]


@pytest.fixture
def reported(production_model, send, decide_now, now, monkeypatch):
    """Forty decided payments, half of them ten days old, and the reports on them."""
    for number in range(40):
        made_at = now - timedelta(days=10 * (number % 2))
        send(f"p{number}", f"{20 + 10 * number}.00", occurred_at=made_at.isoformat())
    decide_now()
    assert run_reports(now=now) == 5  # 7, 28 and 90 days, drift and review
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_a_filled_executive_page_shows_what_was_decided(client_of, max_, reported):
    html = client_of(max_).get("/dashboards/executive/").content.decode()
    assert "40 decisions" in html
    assert "Not enough evidence" in html
    assert html.count("<figure") >= 2


def test_a_filled_drift_page_shows_every_feature(client_of, max_, reported):
    html = client_of(max_).get("/dashboards/drift/").content.decode()
    assert "Nothing to compare yet" not in html
    assert 'id="detail-title"' in html


@pytest.mark.parametrize(("page", "most"), [(PAGES[0], 12), (PAGES[1], 10), (PAGES[2], 19)])
def test_a_page_asks_the_database_a_fixed_number_of_times(
    client_of, max_, reported, django_assert_max_num_queries, page, most
):
    client = client_of(max_)
    client.get(page)  # the count of open tasks is cached from here on
    with django_assert_max_num_queries(most):
        client.get(page)
