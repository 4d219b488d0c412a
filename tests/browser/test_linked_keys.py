"""Applying a verdict to linked payments, and the waterfall, by keyboard in a real browser."""

from typing import Any

import pytest
from django.utils import timezone

from labeling import services
from labeling.models import PendingVerdict, Verdict
from tests.labeling.payments import hold

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# Keys rest for 250 ms after a case appears.
REST_MS = 300


@pytest.fixture
def case(committed_db: str, alice: Any, open_page: Any) -> Any:
    """A case in hand that is linked to another one by its device."""
    now = timezone.now()
    hold(now=now, amount="900.00", device_id="phone-1")
    hold(now=now, amount="120.00", device_id="phone-1")
    services.open_cases(now=now)
    page, complaints = open_page("/queue/", person=alice)
    page.wait_for_timeout(REST_MS)
    with page.expect_navigation(url="**/tasks/**"):
        page.keyboard.press("n")
    page.wait_for_timeout(REST_MS)
    return page, complaints


def test_a_lists_what_the_verdict_would_also_cover(case: Any) -> None:
    page, complaints = case
    box = page.locator("input[name=linked]")
    assert not box.is_visible()
    page.keyboard.press("a")
    assert box.is_checked()
    assert page.get_by_text("Decline if fraud, release if legitimate").is_visible()
    assert page.get_by_text("Also for 1 linked payment.").is_visible()
    with page.expect_navigation():
        page.keyboard.press("l")
    assert Verdict.objects.filter(presentation="linked").count() == 1
    assert complaints.messages == []


def test_escape_leaves_the_linked_payments_alone(case: Any) -> None:
    page, _ = case
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    assert not page.locator("input[name=linked]").is_checked()
    with page.expect_navigation():
        page.keyboard.press("l")
    # One verdict, which can still be undone; with linked payments it would have counted at once.
    assert PendingVerdict.objects.count() == 1
    assert not Verdict.objects.exists()


def test_w_turns_bars_into_the_waterfall_and_back(case: Any) -> None:
    page, _ = case
    bars, waterfall = page.locator(".why > .contributions"), page.locator(".waterfall ol")
    assert bars.is_visible() and not waterfall.is_visible()
    page.keyboard.press("w")
    assert waterfall.is_visible() and not bars.is_visible()
    page.keyboard.press("w")
    assert bars.is_visible()
