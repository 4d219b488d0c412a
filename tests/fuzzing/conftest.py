"""A database to be cloned for every few hundred generated calls."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def seeded(template_database: str, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Any]:
    """A database in full swing, to be cloned: its name, and Authorization headers."""
    from django.test import override_settings

    from tests.databases import fresh_clone, used
    from tests.fuzzing import world

    storage: Path = tmp_path_factory.mktemp("models")
    with (
        override_settings(FRAUDREVIEW_MODELS=storage),
        django_db_blocker.unblock(),
        fresh_clone(template_database) as name,
    ):
        # Only while it is built: other tests of this process expect the database of their own.
        with used(name):
            keys = world.build()
        yield name, keys
