"""The pages about the API, in a browser that reaches nothing but this site."""

import pytest
from drf_spectacular.generators import SchemaGenerator

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def pages(open_page, site):
    page, complaints = open_page("/api/docs/")
    expect(page.locator("#operations-decisions-decide_now")).to_be_visible(timeout=60_000)
    return page, complaints, site


def test_every_call_is_there_and_nothing_is_asked_of_others(pages):
    page, complaints, site = pages
    described = SchemaGenerator().get_schema(public=True)["paths"].values()
    assert page.locator(".opblock").count() == sum(map(len, described)) > 20
    assert complaints.messages == []
    assert [url for url in complaints.addresses if not url.startswith((site, "data:"))] == []


def test_a_call_shows_its_scope_its_errors_and_examples_to_send(pages):
    page, _, _ = pages
    call = page.locator("#operations-decisions-decide_now")
    call.locator(".opblock-summary-control").click()
    expect(call.get_by_text("A key needs the scope transactions:write.")).to_be_visible()
    expect(call.locator(".body-param__example").first).to_contain_text("txn_7f1d02")
    statuses = call.locator("tr.response .response-col_status").all_inner_texts()
    assert {"200", "202", "400", "401", "409", "415", "503"} <= {text[:3] for text in statuses}
    codes = call.locator("tr.response[data-code='401'] .examples-select-element option")
    assert "expired_key" in codes.all_inner_texts()
