"""A process remembers right keys for five seconds, and a revocation in it counts at once."""

from datetime import timedelta

import pytest

from scoring.domain.errors import Forbidden
from scoring.models import ApiKey
from scoring.services.api_keys import (
    create_api_key,
    limit_api_key,
    opened,
    revoke_api_key,
    use_api_key,
    using,
)
from scoring.services.api_keys.opened import OpenedKeys

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(now):
    key, presented = create_api_key(name="shop", scopes=["models"], now=now)
    use_api_key(presented=presented, now=now)
    return key, presented


def refusal(presented, now):
    with pytest.raises(Forbidden) as caught:
        use_api_key(presented=presented, now=now)
    return caught.value.code


def elsewhere(key, **fields):
    """Change the row as another process would: nobody here is told."""
    ApiKey.objects.filter(pk=key.pk).update(**fields)


def test_the_database_is_asked_once_in_five_seconds(made, now, django_assert_num_queries):
    _, presented = made
    with django_assert_num_queries(0):
        use_api_key(presented=presented, now=now + timedelta(seconds=4.9))
    with django_assert_num_queries(1):
        use_api_key(presented=presented, now=now + timedelta(seconds=5))


def test_a_revocation_elsewhere_counts_after_five_seconds(made, now):
    key, presented = made
    elsewhere(key, revoked_at=now)
    assert use_api_key(presented=presented, now=now + timedelta(seconds=4.9)) == key
    assert refusal(presented, now + timedelta(seconds=5)) == "revoked_key"


def test_use_does_not_lengthen_it(made, now):
    key, presented = made
    use_api_key(presented=presented, now=now + timedelta(seconds=4))
    elsewhere(key, revoked_at=now)
    assert refusal(presented, now + timedelta(seconds=5)) == "revoked_key"


def test_a_revocation_here_counts_at_once(made, now):
    key, presented = made
    revoke_api_key(key=key, now=now)
    assert refusal(presented, now) == "revoked_key"


def test_a_row_that_was_read_before_the_revocation_is_not_kept(made, now, monkeypatch):
    key, presented = made
    opened.opened_keys.forget(key.pk)

    def read_then_revoked(prefix):
        row = ApiKey.objects.select_related("acts_for").get(prefix=prefix)
        revoke_api_key(key=key, now=now)
        return row

    with monkeypatch.context() as patched:
        patched.setattr(using, "_find", read_then_revoked)
        use_api_key(presented=presented, now=now)
    assert refusal(presented, now) == "revoked_key"


def test_an_end_counts_to_the_second(now):
    end = now + timedelta(seconds=3)
    _, presented = create_api_key(name="shop", scopes=["models"], now=now, expires_at=end)
    use_api_key(presented=presented, now=now)
    assert refusal(presented, end) == "expired_key"


def test_a_clock_that_was_set_back_lengthens_nothing(made, now):
    key, presented = made
    elsewhere(key, revoked_at=now)
    assert refusal(presented, now - timedelta(hours=1)) == "revoked_key"


def test_new_limits_count_at_once(made, now):
    key, presented = made
    limit_api_key(key=key, transactions_per_minute=0, requests_per_minute=5)
    assert use_api_key(presented=presented, now=now).requests_per_minute == 5


def test_wrong_keys_are_never_kept(made, now):
    key, _ = made
    before = len(opened.opened_keys)
    for number in range(20):
        assert refusal(f"{key.prefix}.{number}", now) == "invalid_key"
    assert len(opened.opened_keys) == before


def test_no_secret_is_kept_and_no_more_than_the_most(made, now):
    keys = OpenedKeys(most=2)
    for number in range(5):
        keys.keep(f"secret-{number}", made[0], now=now, changes=0)
    assert len(keys) == 2
    assert keys.find("secret-4", now=now) == made[0]
    assert keys.find("secret-0", now=now) is None
    assert "secret" not in repr(vars(keys))
