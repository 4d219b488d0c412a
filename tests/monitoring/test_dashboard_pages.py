"""The pages behind both dashboards: who sees them, and what stands there before any data."""

import pytest

pytestmark = pytest.mark.django_db

PAGES = ["/dashboards/executive/", "/dashboards/drift/"]


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
