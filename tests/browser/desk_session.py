"""One analyst at the keyboard: what they press, and how long the next case takes to appear."""

from dataclasses import dataclass, field
from statistics import median
from time import monotonic
from typing import Any

import pytest

PlaywrightError = pytest.importorskip("playwright.sync_api").Error

# Keys rest for 250 ms after a case appears.
REST_MS = 280
PATIENCE_SECONDS = 20.0


@dataclass
class DeskSession:
    """A page at the desk; `advances` are milliseconds from a verdict to the next case shown."""

    page: Any
    advances: list[float] = field(default_factory=list)

    def press(self, key: str) -> None:
        """Press one key, after the keys have rested."""
        self.page.wait_for_timeout(REST_MS)
        self.page.keyboard.press(key)

    def go_on(self, *keys: str) -> None:
        """Press keys of which the last one brings the next page."""
        before = self.place()
        for key in keys:
            self.press(key)
        self.until(f"location.pathname + location.search !== {before!r}")
        self.until("document.readyState === 'complete'")

    def judge(self, *keys: str) -> None:
        """Give a verdict by keys, wait for the next case, and note the time that the page took."""
        self.page.evaluate("delete document.documentElement.dataset.advanceMs")
        self.go_on(*keys)
        taken = self.page.evaluate("document.documentElement.dataset.advanceMs")
        if taken is not None:
            self.advances.append(float(taken))

    def say_why(self, key: str, words: str) -> None:
        """Open a sheet by its key, write the reason, send it with Enter."""
        before = self.place()
        self.press(key)
        self.until("!!document.activeElement.closest('[data-sheet][open] form')")
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")
        self.until(f"location.pathname + location.search !== {before!r}")

    def until(self, truth: str) -> None:
        """Wait until an expression holds; the pages' policy forbids to poll inside of them."""
        deadline = monotonic() + PATIENCE_SECONDS
        while not self._holds(truth):
            assert monotonic() < deadline, f"{truth} never came true at {self.page.url}"
            self.page.wait_for_timeout(20)

    def _holds(self, truth: str) -> bool:
        try:
            return bool(self.page.evaluate(truth))
        except PlaywrightError:
            # The page was just going away; the next one is asked.
            return False

    def place(self) -> str:
        """The address in hand, without its host."""
        return str(self.page.evaluate("location.pathname + location.search"))

    def task(self) -> int:
        """The task on the screen."""
        return int(self.place().split("/")[2])

    def is_blind(self) -> bool:
        """Whether the case on the screen keeps its score back."""
        return bool(self.page.locator(".verdict-bar[data-blind='1']").count())

    def median_ms(self) -> float:
        """The middle of the times from a verdict to the next case."""
        return median(self.advances)
