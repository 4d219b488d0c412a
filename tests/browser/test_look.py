"""Pages in a real browser: nothing refused, charts drawn, nothing sent anywhere, usable by key."""

import pytest

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

ADMIN_PAGES = [
    "/queue/",
    "/transactions/",
    "/support/",
    "/dashboards/executive/",
    "/dashboards/drift/",
    "/dashboards/review/",
    "/models/",
    "/policies/",
    "/policies/audits/",
    "/webhooks/",
    "/webhooks/new/",
]


@pytest.fixture
def admin(committed_db):
    from django.contrib.auth.models import User

    return User.objects.create_superuser("dana", "dana@example.com", first_name="Dana")


def wait_for_charts(page):
    expect(page.locator("figure[data-chart]:not([data-drawn])")).to_have_count(0)


def test_a_page_complains_about_nothing_and_asks_nobody_else(shared_page, site):
    page, complaints = shared_page
    wait_for_charts(page)
    assert complaints.messages == []
    assert [url for url in complaints.addresses if not url.startswith((site, "data:"))] == []


def test_charts_are_drawn_without_tools_logo_or_share_button(shared_page):
    page, _ = shared_page
    wait_for_charts(page)
    assert page.locator(".js-plotly-plot").count() == page.locator("figure[data-chart]").count()
    for canvas in page.locator(".chart-canvas").all():
        canvas.hover()
        assert canvas.locator(".main-svg").count() >= 2
    assert page.locator(".modebar-btn, [data-title*='hare'], .plotlyjsicon").count() == 0
    assert page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].every(chart =>"
        " !chart._context.showSendToCloud && !chart._context.plotlyServerURL)"
    )


@pytest.mark.parametrize("width", [720, 390])
def test_narrow_pages_do_not_scroll_sideways(shared_page, width):
    page, _ = shared_page
    page.set_viewport_size({"width": width, "height": 450})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_page_of_an_admin_complains_or_scrolls_sideways(admin, site, open_page):
    page, complaints = open_page("/", person=admin)
    for path in ADMIN_PAGES:
        page.goto(site + path)
        for width in (1440, 720, 390):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide at {width}"
    assert complaints.messages == []


def test_a_chart_takes_its_colours_from_the_theme(open_page):
    page, _ = open_page("/examples/drift/", color_scheme="light")
    wait_for_charts(page)
    line = page.locator(".js-plotly-plot .scatterlayer .js-line").first
    expect(line).to_have_css("stroke", "rgb(74, 72, 181)")
    page.emulate_media(color_scheme="dark")
    expect(line).to_have_css("stroke", "rgb(165, 167, 255)")


def test_a_chosen_theme_stays_without_a_flash(admin, open_page):
    page, _ = open_page("/", person=admin, color_scheme="light")
    page.locator("details.menu").first.click()
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto(page.url, wait_until="commit")
    page.wait_for_selector("body")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.wait_for_load_state("load")
    page.locator("details.menu").first.click()
    page.get_by_role("button", name="As the system").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme ?? ''") == ""


def test_without_a_script_tables_stand_in_for_charts(open_page):
    page, _ = open_page("/examples/executive/", java_script_enabled=False)
    page.locator("figure summary").first.click()
    assert page.locator("figure table").first.is_visible()
    assert page.get_by_role("button", name="Show this period").is_visible()


def test_the_first_tab_leads_past_the_navigation(open_page):
    page, _ = open_page("/no-such-page/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_keys_move_along_rows_and_enter_opens_one(open_page):
    page, _ = open_page("/examples/drift/")
    page.wait_for_timeout(300)  # keys rest for 250 ms after a page appears
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "gift_share"
    page.keyboard.press("Enter")
    page.wait_for_url("**feature=gift_share**")


def test_single_keys_rest_in_text_fields_and_when_switched_off(admin, open_page):
    page, _ = open_page("/transactions/", person=admin)
    page.wait_for_timeout(300)
    page.keyboard.press("/")
    page.keyboard.type("?/j")
    assert page.evaluate("document.activeElement.value") == "?/j"
    assert not page.locator("#keys").evaluate("dialog => dialog.open")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert not page.locator("#keys").evaluate("dialog => dialog.open")


def test_nothing_moves_for_those_who_asked_for_stillness(open_page):
    page, _ = open_page("/no-such-page/", reduced_motion="reduce")
    moving = """[...document.querySelectorAll("*")].filter(element =>
      getComputedStyle(element).transitionDuration.split(", ").some(time => time !== "0s"))"""
    assert page.evaluate(f"{moving}.length") == 0
