"""Photographs of the main pages, taken in headless Chromium from a running site."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# What a file's name ends with, and how the page was seen.
VIEWS: dict[str, dict[str, Any]] = {
    "": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "-dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "-narrow": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
NOBODY = ""
COLOURS = 256
MOST_PASSED_ON = 40
KEYS_REST_MS = 300
LONGEST_TRAINING_MS = 300_000


class NoBrowser(Exception):
    """Chromium or its driver is not installed; the message says what to do."""


class NoPicture(Exception):
    """A page was not there, or not as it should be; the message is the browser's first line."""


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it; `arrive` goes on from there, e.g. claims a case."""

    name: str
    path: str
    person: str
    arrive: Callable[[Any], None] | None = None


def open_explained_case(page: Any) -> None:
    """Claim the next case whose explanation is shown, passing on the blind ones."""
    _next_case(page, blind=False)


def open_blind_case(page: Any) -> None:
    """Claim the next case that is decided before the score is shown, passing on the others."""
    _next_case(page, blind=True)


def begin_a_fraud_verdict(page: Any) -> None:
    """Press F on an explained case: the reasons rise."""
    open_explained_case(page)
    page.wait_for_timeout(KEYS_REST_MS)
    page.keyboard.press("f")


def open_first_row(page: Any) -> None:
    """Follow the first row of a list."""
    page.locator("a.row-link").first.click()


def _next_case(page: Any, *, blind: bool) -> None:
    page.get_by_role("button", name="Next case").first.click()
    for _ in range(MOST_PASSED_ON):
        page.wait_for_load_state("networkidle")
        if bool(page.locator(".verdict-bar[data-blind='1']").count()) == blind:
            return
        page.wait_for_timeout(KEYS_REST_MS)
        page.keyboard.press("s")
        page.get_by_label("Why not you?").fill("Another kind of case is photographed.")
        page.get_by_role("button", name="Give it to a colleague").click()
        page.wait_for_timeout(KEYS_REST_MS)


def train_a_challenger(page: Any) -> None:
    """Train a candidate where there is none, so that two versions stand side by side."""
    if page.get_by_text("Challenger v").count():
        return
    page.get_by_role("button", name="Retrain").click()
    done = page.locator("#training .is-legit, #training .is-fraud")
    done.wait_for(timeout=LONGEST_TRAINING_MS)
    page.reload()


def open_declined_payment(page: Any) -> None:
    """Look for a payment that can be appealed, as after the call of its customer."""
    site = page.url.removesuffix("/support/")
    page.goto(f"{site}/transactions/?outcome=review")
    found = page.locator("table.found a.row-link").evaluate_all("all => all.map(a => a.pathname)")
    for path in found:
        page.goto(site + path.replace("/transactions/", "/support/", 1))
        if page.get_by_role("button", name="File appeal").count():
            return


PICTURES = (
    Picture("sign-in", "/login/", NOBODY),
    Picture("queue", "/queue/", "alice"),
    Picture("case", "/queue/", "alice", arrive=open_explained_case),
    Picture("case-verdict", "/queue/", "alice", arrive=begin_a_fraud_verdict),
    Picture("case-blind", "/queue/", "bob", arrive=open_blind_case),
    Picture("case-read", "/queue/", "lea", arrive=open_first_row),
    Picture("practice", "/practice/", "bob"),
    Picture("weeks", "/me/", "alice"),
    Picture("transactions", "/transactions/", "lea"),
    Picture("transaction", "/transactions/", "lea", arrive=open_first_row),
    Picture("support", "/support/", "sam"),
    Picture("support-payment", "/support/", "sam", arrive=open_declined_payment),
    Picture("team", "/team/", "lea"),
    Picture("executive", "/dashboards/executive/", "max"),
    Picture("drift", "/dashboards/drift/", "dana"),
    Picture("review", "/dashboards/review/", "lea"),
    Picture("models", "/models/", "dana", arrive=train_a_challenger),
    Picture("model-card", "/models/1/", "dana"),
    Picture("policies", "/policies/", "dana"),
    Picture("policy-new", "/policies/new/", "dana"),
    Picture("dataset", "/models/datasets/1/", "dana"),
    Picture("policy-audits", "/policies/audits/", "dana"),
    Picture("webhooks", "/webhooks/", "dana"),
    Picture("webhook-new", "/webhooks/new/", "dana"),
    Picture("administration", "/admin/", "dana"),
)


def photograph(
    *, address: str, password: str, folder: Path, pictures: tuple[Picture, ...] = PICTURES
) -> Iterator[Path]:
    """Yield the file of each picture as it is taken, in light, dark and narrow.

    All people of the demo share a password. Raises NoBrowser and NoPicture.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _browser() as browser:
        for picture in pictures:
            for suffix, view in VIEWS.items():
                file = folder / f"{picture.name}{suffix}.png"
                with _page(browser, view) as page:
                    if picture.person:
                        _sign_in(page, address, picture.person, password)
                    page.goto(address + picture.path)
                    if picture.arrive:
                        picture.arrive(page)
                    _wait_until_drawn(page)
                    page.screenshot(path=file)
                _reduce_colours(file)
                yield file


@contextmanager
def _page(browser: Any, view: dict[str, Any]) -> Iterator[Any]:
    context = browser.new_context(**view, reduced_motion="reduce")
    try:
        yield context.new_page()
    finally:
        context.close()


def _reduce_colours(file: Path) -> None:
    """256 colours are enough for a page, and a third of the size; rare ones are kept."""
    from PIL import Image

    with Image.open(file) as picture:
        reduced = picture.convert("RGB").quantize(
            COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        reduced.save(file, optimize=True)


@contextmanager
def _browser() -> Iterator[Any]:
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        raise NoBrowser("No Chromium is installed. On Debian: apt-get install chromium fonts-inter")
    try:
        import PIL  # noqa: F401 (needed after the first picture, missed before it)
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise NoBrowser("Playwright or Pillow is not installed: make install brings it.") from None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        except Error as error:
            raise NoPicture(f"No picture was taken: {str(error).splitlines()[0]}") from error
        finally:
            browser.close()


def _sign_in(page: Any, address: str, name: str, password: str) -> None:
    page.goto(f"{address}/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def _wait_until_drawn(page: Any) -> None:
    page.wait_for_load_state("networkidle")
    page.locator("figure[data-chart]:not([data-drawn])").first.wait_for(state="detached")
    # Focus rings and pressed links belong to a moment, not to a picture.
    page.mouse.move(0, 0)
    page.wait_for_timeout(200)
