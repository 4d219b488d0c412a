"""Embedded servers for tests that start, kill and share them."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fraudreview.installations import Installation


@pytest.fixture
def make_installation() -> Iterator[Callable[..., Installation]]:
    """Return a function that makes an installation in a new folder of the given mode."""
    made: list[Installation] = []

    def make(mode: int = 0o755, **options: object) -> Installation:
        # pytest's own folder is closed to other accounts, and root's servers run as another one.
        folder = Path(tempfile.mkdtemp(prefix="fraudreview-"))
        folder.chmod(mode)
        options.setdefault("state", folder / "state")
        made.append(Installation(folder / "var", **options))
        return made[-1]

    yield make
    for installation in made:
        installation.remove()


@pytest.fixture
def installation(make_installation: Callable[..., Installation]) -> Installation:
    """Return an installation whose servers do not run yet."""
    return make_installation()
