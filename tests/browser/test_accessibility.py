"""axe-core finds nothing to complain about on any page, in light and dark, wide and narrow."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.world import furnish

axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

VIEWS = {
    "light and wide": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark and narrow": {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
}


@pytest.mark.parametrize("view", VIEWS)
def test_no_page_has_a_violation(view: str, committed_db: str, open_page: Any, site: str) -> None:
    places = furnish()
    told: list[str] = []
    for person, paths in places.items():
        page, _ = open_page("/login/", person=person, **VIEWS[view])
        for path in paths:
            page.goto(site + path)
            page.wait_for_load_state("networkidle")
            told += [f"{path}: {fault}" for fault in faults(page)]
    assert not told, "\n".join(told)


# Swagger UI draws the description of the API in its own way; the frame around it is ours.
NOT_OURS = {"exclude": [[".swagger-ui"]]}


def faults(page: Any) -> Iterator[str]:
    """Each violation with the elements that have it."""
    for violation in axe.Axe().run(page, context=NOT_OURS).response["violations"]:
        where = "; ".join(str(node["target"][0]) for node in violation["nodes"][:4])
        yield f"{violation['id']} ({violation['help']}) at {where}"
