"""The cast, the clock and the databases of the tests.

No fixture here asks for a database: a test is marked `django_db`, or uses `committed_db`.
"""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# Tests care for correctness, not for power cuts; their servers live beside, not in, the demo's.
os.environ.setdefault("FRAUDREVIEW_EMBEDDED_DURABLE", "0")
# A busy machine is no fault of the code: no deadline, and nothing is too slow.
UNHURRIED = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("unhurried", UNHURRIED)
hypothesis.settings.load_profile("unhurried")
# For `make fuzz`; each test says how many examples it takes otherwise.
hypothesis.settings.register_profile("fuzz", UNHURRIED, max_examples=5_000)

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("FRAUDREVIEW_VAR", str(ROOT / "var" / "tests"))
# Everybody's tests draw the same lots and leave the same customers out of training.
os.environ.setdefault("FRAUDREVIEW_DATA_KEY", "the same lots in every checkout of these tests")
# A dead broker: what passes here does not depend on Redis. Tests that need one start their own.
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")

SHARED_DATA = ROOT.parent / "shared" / "data"


def pytest_configure() -> None:
    """Switch off what only tests of second reviews want: a check after each verdict.

    The whole cast is new to the desk.
    """
    from django.conf import settings

    os.environ.setdefault("FRAUDREVIEW_SECOND_REVIEWS", "0")
    settings.FRAUDREVIEW_SECOND_REVIEWS = False


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: modules, models and collected tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen: a Thursday noon."""
    return datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The public data beside the checkout; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the public data (../shared/data) is not beside this checkout")
    return SHARED_DATA


def _person(name: str, *groups: str) -> Any:
    from django.contrib.auth.models import Group, User

    user = User.objects.create_user(name, f"{name}@example.com", first_name=name.title())
    user.groups.set(Group.objects.filter(name__in=groups))
    user.is_staff = "admin" in groups
    user.save()
    return user


@pytest.fixture
def alice() -> Any:
    """An analyst."""
    return _person("alice", "analyst")


@pytest.fixture
def bob() -> Any:
    """A second analyst."""
    return _person("bob", "analyst")


@pytest.fixture
def lea() -> Any:
    """Lead of the analysts."""
    return _person("lea", "lead")


@pytest.fixture
def sam() -> Any:
    """A support agent."""
    return _person("sam", "support")


@pytest.fixture
def max_() -> Any:
    """A manager."""
    return _person("max", "manager")


@pytest.fixture
def dana() -> Any:
    """An admin, owner of the models."""
    return _person("dana", "admin")


@pytest.fixture
def charlie() -> Any:
    """Somebody with an account and no role."""
    return _person("charlie")


@pytest.fixture
def client_of() -> Callable[[Any], Any]:
    """Return a browser-like client in which a person is logged in."""
    from django.test import Client

    def logged_in(user: Any) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return logged_in


@pytest.fixture
def api_key(now: datetime) -> Callable[..., Any]:
    """Return an API client that carries a key with the given scopes."""
    from rest_framework.test import APIClient

    from scoring.services.api_keys import create_api_key

    def client(*scopes: str, acts_for: Any = None) -> APIClient:
        _, secret = create_api_key(name="test", scopes=list(scopes), now=now, acts_for=acts_for)
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Api-Key {secret}")
        return api

    return client


@pytest.fixture
def model_storage(tmp_path: Path, settings: Any) -> Path:
    """A folder for model artefacts of this test alone."""
    settings.FRAUDREVIEW_MODELS = tmp_path / "models"
    return settings.FRAUDREVIEW_MODELS


@pytest.fixture
def production_model(now: datetime, model_storage: Path) -> Any:
    """A trained version in production: 20 is approved, 150 reviewed, 500 blocked."""
    from tests.models import put_into_production

    return put_into_production(now=now)


@pytest.fixture
def send(now: datetime) -> Callable[..., Any]:
    """Return a function that takes one payment in and returns its row, not decided yet."""
    from scoring.models import Transaction
    from scoring.services.intake import accept_items

    def sent(external_id: str = "p1", amount: str = "20.00", **fields: Any) -> Transaction:
        record = {
            "external_id": external_id,
            "occurred_at": now.isoformat(),
            "amount": amount,
            "currency": "EUR",
            "customer_id": "C1",
            "merchant_id": "M1",
            **fields,
        }
        acceptance = accept_items([record], now=now)
        assert not acceptance.errors, acceptance.errors
        return Transaction.objects.get(external_id=external_id)

    return sent


@pytest.fixture
def decide_now(now: datetime) -> Callable[[], int]:
    """Return a function that empties the scoring queue, as a worker would."""
    from scoring.services import score_pending

    return lambda: score_pending(clock=lambda: now)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """Make the test database also in a run in which no test carries the django_db mark."""
    from django.test.utils import setup_databases, teardown_databases

    from fraudreview.garbage import no_search_for_garbage

    with django_db_blocker.unblock(), no_search_for_garbage():
        databases = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(databases, verbosity=0)


@pytest.fixture(scope="session")
def template_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A migrated database that tests that commit are cloned from."""
    from tests.databases import clone_database, drop_database

    with django_db_blocker.unblock():
        name = clone_database(suffix="template")
        yield name
        drop_database(name)


@pytest.fixture
def committed_db(template_database: str, django_db_blocker: Any) -> Iterator[str]:
    """A database of this test's own, for tests that commit or start processes; its name."""
    from tests.databases import private_database

    with django_db_blocker.unblock(), private_database(template_database) as name:
        yield name
