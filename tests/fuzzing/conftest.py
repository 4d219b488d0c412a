"""A database to be cloned for every few hundred generated calls."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def seeded(template_database: str, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Any]:
    """A database in full swing, to be cloned: its name, and Authorization headers."""
    from django.db import connections
    from django.test import override_settings

    from tests.databases import private_database
    from tests.fuzzing import world

    storage: Path = tmp_path_factory.mktemp("models")
    with (
        override_settings(FRAUDREVIEW_MODELS=storage),
        django_db_blocker.unblock(),
        private_database(template_database) as name,
    ):
        keys = world.build()
        connections.close_all()
        yield name, keys
