"""Webhooks in a real browser: made, tested and deleted without a script; readable on a phone."""

import re

import pytest
from django.utils import timezone

from tests.receivers import receiver

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


@pytest.fixture
def admin(committed_db):
    from django.contrib.auth.models import User

    return User.objects.create_superuser("dana", "dana@example.com", first_name="Dana")


def test_an_endpoint_is_made_tested_and_deleted_without_a_script(admin, open_page, settings, site):
    from scoring.services.webhooks import deliver_webhooks

    settings.FRAUDREVIEW_WEBHOOK_PRIVATE = True
    with receiver() as shop:
        page, complaints = open_page("/webhooks/", person=admin, java_script_enabled=False)
        page.get_by_role("link", name="New endpoint").first.click()
        page.get_by_label("Name").fill("Checkout")
        page.get_by_label("Address").fill(shop.url)
        page.get_by_label("decision.final").check()
        page.get_by_role("button", name="Make endpoint").click()
        expect(page.locator(".secret")).to_have_text(re.compile(r"^whsec_[A-Za-z0-9+/]{43}=$"))
        page.get_by_role("link", name="I have copied it").click()
        page.get_by_role("button", name="Send a test event").click()
        expect(page.get_by_text("A test event is on its way")).to_be_visible()
        deliver_webhooks(clock=timezone.now)
        page.reload()
        expect(page.locator("tbody .badge")).to_have_text("Delivered")
        page.get_by_role("link", name="webhook.test").click()
        page.get_by_role("button", name="Replay").click()
        expect(page.get_by_text("It is sent again.")).to_be_visible()
        deliver_webhooks(clock=timezone.now)
        assert [request.told["type"] for request in shop.requests] == 2 * ["webhook.test"]
        page.get_by_role("link", name="Checkout").click()
        page.locator("summary", has_text="Delete").click()
        page.get_by_role("button", name="Delete Checkout").click()
        expect(page.get_by_text("Nobody is told anything yet.")).to_be_visible()
        assert complaints.messages == []


def test_no_page_scrolls_sideways_on_a_phone(admin, open_page, site, now):
    from scoring.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
    from scoring.services.webhooks import announce

    endpoint = WebhookEndpoint.objects.create(
        name="The model registry of the data team",
        url="https://shop.example.com/hooks/" + "a-long-way-down/" * 12,
        events=["decision.final", "case.closed", "model.stage_changed"],
        created_at=now,
    )
    announce(type="model.stage_changed", subject="models", now=now, data={})
    delivery = WebhookDelivery.objects.get()
    WebhookAttempt.objects.create(
        delivery=delivery, began_at=now, milliseconds=10_000, error="private_address",
        detail="This host is on a private, local or reserved network; webhooks go elsewhere.",
    )  # fmt: skip
    page, complaints = open_page("/webhooks/", person=admin)
    for path in (
        "/webhooks/",
        f"/webhooks/{endpoint.pk}/",
        f"/webhooks/{endpoint.pk}/change/",
        f"/webhooks/{endpoint.pk}/deliveries/{delivery.pk}/",
    ):
        page.goto(site + path)
        for width in (1440, 720, 390):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide at {width}"
            inside = page.locator("main .scroll-x").evaluate_all(
                "(boxes) => boxes.every((box) => box.scrollWidth <= box.clientWidth)"
            )
            assert inside, f"a table of {path} is cut at {width}"
    page.goto(f"{site}/webhooks/{endpoint.pk}/")
    page.locator("summary", has_text="Delete").click()
    sheet = page.locator(".controls .menu-sheet").bounding_box()
    assert sheet["x"] >= 0 and sheet["x"] + sheet["width"] <= 390
    assert complaints.messages == []
