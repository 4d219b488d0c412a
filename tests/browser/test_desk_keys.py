"""Reviewing by keyboard alone, in a real browser."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from labeling import services
from labeling.models import PendingVerdict, ReviewTask, Verdict
from scoring.models import Disposition
from tests.labeling.payments import draw_for_audit, hold

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# Keys rest for 250 ms after a case appears: a double tap must not decide the next one.
REST_MS = 300


@pytest.fixture
def desk(committed_db: str, alice: Any, open_page: Any):
    """Open the queue as Alice, with so many held payments in it."""

    def opened(payments: int = 1, **options: Any) -> Any:
        now = timezone.now()
        for number in range(payments):
            hold(now=now, amount=str(100 + number))
        services.open_cases(now=now)
        page, complaints = open_page("/queue/", person=alice, **options)
        page.wait_for_timeout(REST_MS)
        return page, complaints

    return opened


def ten_seconds_pass() -> None:
    services.commit_due(now=timezone.now() + timedelta(seconds=11))


def press(page: Any, key: str, until: str) -> None:
    """Press a key that leads to another address."""
    with page.expect_navigation(url=until):
        page.keyboard.press(key)
    page.wait_for_timeout(REST_MS)


def test_a_case_is_decided_with_three_keys(desk: Any) -> None:
    page, complaints = desk()
    press(page, "n", "**/tasks/**")
    page.keyboard.press("f")
    assert page.get_by_text("Why fraud?").is_visible()
    press(page, "2", "**/queue/**")
    ten_seconds_pass()
    verdict = Verdict.objects.get()
    assert (verdict.value, verdict.reason_code.code) == ("fraud", "stolen_card")
    assert Disposition.objects.get().action == "decline"
    assert verdict.active_seconds is not None
    assert complaints.messages == []


def test_escape_takes_a_fraud_verdict_back(desk: Any) -> None:
    page, _ = desk()
    press(page, "n", "**/tasks/**")
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.wait_for_timeout(REST_MS)
    assert not page.get_by_text("Why fraud?").is_visible()
    assert not Verdict.objects.exists()


def test_enter_never_means_fraud(desk: Any) -> None:
    page, _ = desk()
    press(page, "n", "**/tasks/**")
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    page.wait_for_timeout(REST_MS)
    assert not Verdict.objects.exists()


def test_a_double_tap_does_not_decide_the_next_case(desk: Any) -> None:
    page, _ = desk(payments=3)
    press(page, "n", "**/tasks/**")
    with page.expect_navigation():
        page.keyboard.press("l")
    page.keyboard.press("l")
    page.wait_for_timeout(REST_MS)
    assert PendingVerdict.objects.count() == 1


def test_keys_are_letters_inside_the_note(desk: Any) -> None:
    page, _ = desk()
    press(page, "n", "**/tasks/**")
    page.keyboard.press("n")
    page.keyboard.type("full of luck")
    assert page.locator("#note").input_value() == "full of luck"
    assert not Verdict.objects.exists()


def test_the_next_case_takes_the_focus_and_says_whose_it_is(desk: Any) -> None:
    page, _ = desk(payments=2)
    press(page, "n", "**/tasks/**")
    press(page, "l", "**/tasks/**decided=**")
    assert "€" in page.evaluate("document.activeElement.innerText")
    assert "The payment will be released." in page.get_by_role("status").first.inner_text()


def test_escalating_asks_why_and_goes_on(desk: Any) -> None:
    page, _ = desk(payments=2)
    press(page, "n", "**/tasks/**")
    page.keyboard.press("e")
    page.wait_for_function("document.activeElement.closest('[data-sheet][open] form') !== null")
    page.keyboard.type("Beyond my limit")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert ReviewTask.objects.filter(lane="escalated").count() == 1
    assert ReviewTask.objects.filter(status="leased").count() == 1


def test_ten_more_minutes_by_one_key(desk: Any) -> None:
    page, _ = desk()
    press(page, "n", "**/tasks/**")
    before = ReviewTask.objects.get().leased_until
    page.wait_for_timeout(1000)
    with page.expect_response("**/extend/"):
        page.keyboard.press("x")
    assert ReviewTask.objects.get().leased_until > before


def test_a_blind_case_reveals_and_keeps(committed_db: str, alice: Any, open_page: Any) -> None:
    now = timezone.now()
    draw_for_audit("block", now=now)
    services.open_cases(now=now)
    page, complaints = open_page("/queue/", person=alice)
    page.wait_for_timeout(REST_MS)
    press(page, "n", "**/tasks/**")
    assert page.get_by_text("You decide first").is_visible()
    with page.expect_navigation():
        page.keyboard.press("l")
    page.wait_for_timeout(REST_MS)
    assert page.get_by_text("You said Legitimate before you saw the score.").is_visible()
    page.locator("[data-live]", has_text="K keeps it.").wait_for(state="attached")
    press(page, "k", "**/queue/**")
    assert Verdict.objects.count() == 1
    assert complaints.messages == []


def test_a_narrow_screen_never_scrolls_sideways(desk: Any) -> None:
    page, _ = desk(viewport={"width": 390, "height": 844})
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) == 390
    page.locator(".next-case button").click()
    page.wait_for_url("**/tasks/**")
    assert page.evaluate(width) == 390
