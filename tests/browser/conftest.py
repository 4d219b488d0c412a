"""A real browser against the real site, watched for everything the page complains about."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
WINDOW = {"width": 1440, "height": 900}
WATCH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused: ${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Complaints:
    """What a page wrote to its console, threw, or asked for elsewhere."""

    messages: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; skips, or fails where FRAUDREVIEW_REQUIRE_BROWSER=1 insists."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    sentence = "No Chromium is installed (apt-get install chromium), so no page was opened."
    if os.environ.get("FRAUDREVIEW_REQUIRE_BROWSER") == "1":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """One headless browser for the tests of a file."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread: Django's check would forbid every query in it,
    # and connections inside are others than outside, so none may stay open on either side.
    with pytest.MonkeyPatch.context() as environment, _no_open_connection():
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright, _no_open_connection():
            opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            yield opened
            opened.close()


@contextmanager
def _no_open_connection() -> Iterator[None]:
    from django.db import connections

    connections.close_all()
    yield
    connections.close_all()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the site, served by this process."""
    from django.test import override_settings
    from pytest_django.live_server_helper import LiveServer

    with override_settings(ROOT_URLCONF="tests.browser.pages"):
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()


@pytest.fixture(scope="module", params=["/login/", "/examples/executive/", "/examples/drift/"])
def shared_page(request: Any, browser: Any, site: str) -> Iterator[tuple[Any, Complaints]]:
    """Each page that needs no session, opened once for tests that only look."""
    context = browser.new_context(viewport=WINDOW)
    context.add_init_script(WATCH)
    page, complaints = _watched(context)
    page.goto(site + request.param)
    yield page, complaints
    context.close()


@pytest.fixture
def open_page(browser: Any, site: str) -> Iterator[Callable[..., tuple[Any, Complaints]]]:
    """Return a function that signs a person in and opens a page in a context of its own.

    Name it after the person: pages must be closed before their database goes away.
    """
    with ExitStack() as stack:

        def opened(path: str, *, person: Any = None, **options: Any) -> tuple[Any, Complaints]:
            context = browser.new_context(**{"viewport": WINDOW, **options})
            stack.callback(context.close)
            context.add_init_script(WATCH)
            if person is not None:
                context.add_cookies([_session_of(person, site)])
            page, complaints = _watched(context)
            page.goto(site + path)
            return page, complaints

        yield opened


def _watched(context: Any) -> tuple[Any, Complaints]:
    complaints = Complaints()
    page = context.new_page()
    page.on(
        "console",
        lambda message: (
            complaints.messages.append(message.text)
            if message.type in ("error", "warning")
            else None
        ),
    )
    page.on("pageerror", lambda error: complaints.messages.append(str(error)))
    page.on("request", lambda request: complaints.addresses.append(request.url))
    return page, complaints


def _session_of(person: Any, site: str) -> dict[str, Any]:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": site,
    }
