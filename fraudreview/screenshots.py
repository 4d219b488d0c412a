"""Photographs of the main pages, taken in headless Chromium from a running site."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WINDOW = {"width": 1440, "height": 900}
MOST_BLIND_CASES = 12
LONGEST_TRAINING_MS = 300_000


class NoBrowser(Exception):
    """Chromium or its driver is not installed; the message says what to do."""


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it; `arrive` goes on from there, e.g. claims a case."""

    name: str
    path: str
    person: str
    theme: str = "light"
    arrive: Callable[[Any], None] | None = None


def open_explained_case(page: Any) -> None:
    """Claim the next case whose explanation is shown, passing on the blind ones."""
    page.get_by_role("button", name="Next case").first.click()
    for _ in range(MOST_BLIND_CASES):
        page.wait_for_load_state("networkidle")
        if page.get_by_text("What the model says").count():
            return
        page.get_by_role("button", name="Not me").first.click()


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
    Picture("queue", "/queue/", "alice"),
    Picture("queue-dark", "/queue/", "alice", theme="dark"),
    Picture("case", "/queue/", "alice", arrive=open_explained_case),
    Picture("case-dark", "/queue/", "alice", theme="dark", arrive=open_explained_case),
    Picture("support", "/support/", "sam", arrive=open_declined_payment),
    Picture("support-dark", "/support/", "sam", theme="dark", arrive=open_declined_payment),
    Picture("executive", "/dashboards/executive/", "max"),
    Picture("drift", "/dashboards/drift/", "dana"),
    Picture("models", "/models/", "dana", arrive=train_a_challenger),
)


def photograph(
    *, address: str, password: str, folder: Path, pictures: tuple[Picture, ...] = PICTURES
) -> Iterator[Path]:
    """Yield the file of each picture as it is taken; all people of the demo share a password."""
    folder.mkdir(parents=True, exist_ok=True)
    with _browser() as browser:
        for picture in pictures:
            context = browser.new_context(viewport=WINDOW, color_scheme=picture.theme)
            page = context.new_page()
            _sign_in(page, address, picture.person, password)
            page.goto(address + picture.path)
            if picture.arrive:
                picture.arrive(page)
            _wait_until_drawn(page)
            file = folder / f"{picture.name}.png"
            page.screenshot(path=file)
            context.close()
            yield file


@contextmanager
def _browser() -> Iterator[Any]:
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        raise NoBrowser("No Chromium is installed. On Debian: apt-get install chromium fonts-inter")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowser("Playwright is not installed: make install brings it.") from None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
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
