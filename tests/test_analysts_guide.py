"""The analyst's guide names keys that exist, and what the product really does."""

import re
from pathlib import Path

from django.conf import settings

from labeling.domain.lifecycle import LEASE, UNDO
from labeling.domain.second_review import newcomer_share

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "analysts-guide.md").read_text()
PAGES = "".join(
    path.read_text()
    for folder in ("templates/labeling", "static/js")
    for path in (ROOT / folder).rglob("*")
    if path.is_file()
)


def keys_of_the_table() -> set[str]:
    return {key for key in re.findall(r"^\| `(\w+)` \|", GUIDE, re.M) if len(key) == 1}


def test_every_key_of_the_guide_exists_on_the_desk() -> None:
    assert len(keys_of_the_table()) > 10
    for key in keys_of_the_table():
        bound = f'data-key="{key.lower()}"' in PAGES or f'onKey("{key.lower()}"' in PAGES
        assert bound, f"{key} is nowhere"


def test_the_guide_tells_the_times_and_shares_that_are_in_force() -> None:
    assert LEASE.total_seconds() == 600 and "yours for ten minutes" in GUIDE
    assert UNDO.total_seconds() == 10 and "Undo, for ten seconds" in GUIDE
    shares = [newcomer_share(0), newcomer_share(50), newcomer_share(200)]
    assert shares == [1.0, 0.3, 0.0] and settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS == 0.05
    assert "first fifty\n  cases, later three in ten, then one in twenty" in GUIDE


def test_it_stays_two_pages() -> None:
    assert len(GUIDE.split()) < 1200
