"""A key is replaced without a moment in which no secret opens, and revoked at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from scoring.domain.errors import Conflict, Forbidden, InvalidRecord
from scoring.models import ApiKey
from scoring.services.api_keys import create_api_key, replace_api_key, revoke_api_key, use_api_key


@pytest.fixture
def made(now, db):
    return create_api_key(
        name="shop", scopes=["models"], now=now, transactions_per_minute=5000, requests_per_minute=7
    )


def refusal(presented, now):
    with pytest.raises(Forbidden) as caught:
        use_api_key(presented=presented, now=now)
    return caught.value.code


def test_both_secrets_open_until_the_overlap_is_over(made, now):
    key, old = made
    successor, new = replace_api_key(key=key, now=now)
    just_before, end = now + timedelta(hours=24, seconds=-1), now + timedelta(hours=24)
    assert use_api_key(presented=old, now=just_before) == key
    assert refusal(old, end) == "expired_key"
    assert use_api_key(presented=new, now=end) == successor


def test_the_successor_may_do_what_the_old_key_may(made, now, dana):
    key, _ = made
    successor, _ = replace_api_key(key=key, now=now, by=dana)
    for name in ("name", "scopes", "acts_for", "transactions_per_minute", "requests_per_minute"):
        assert getattr(successor, name) == getattr(key, name)
    assert (successor.replaces, successor.created_by, successor.expires_at) == (key, dana, None)


def test_each_secret_has_its_own_last_use(made, now):
    key, old = made
    successor, new = replace_api_key(key=key, now=now)
    use_api_key(presented=new, now=now + timedelta(hours=1))
    assert ApiKey.objects.get(pk=key.pk).last_used_at is None
    use_api_key(presented=old, now=now + timedelta(hours=2))
    assert ApiKey.objects.get(pk=key.pk).last_used_at == now + timedelta(hours=2)
    assert ApiKey.objects.get(pk=successor.pk).last_used_at == now + timedelta(hours=1)


def test_the_old_secret_can_be_ended_before(made, now):
    key, old = made
    _, new = replace_api_key(key=key, now=now)
    use_api_key(presented=old, now=now)
    revoke_api_key(key=key, now=now)
    assert refusal(old, now) == "revoked_key"
    assert use_api_key(presented=new, now=now)


def test_an_overlap_of_nothing_ends_the_old_secret_now(made, now):
    key, old = made
    use_api_key(presented=old, now=now)
    replace_api_key(key=key, now=now, overlap=timedelta(0))
    assert refusal(old, now) == "expired_key"


def test_an_overlap_never_prolongs_a_key(now, db):
    end = now + timedelta(hours=1)
    key, _ = create_api_key(name="shop", scopes=["models"], now=now, expires_at=end)
    replace_api_key(key=key, now=now)
    assert key.expires_at == end


def test_a_key_that_was_made_for_a_time_has_a_successor_for_as_long(now, db):
    month, week = timedelta(days=30), timedelta(days=7)
    key, _ = create_api_key(name="shop", scopes=["models"], now=now, expires_at=now + month)
    for later in (now + week, now + week + timedelta(hours=1)):
        successor, _ = replace_api_key(key=key, now=later)
        assert successor.expires_at == later + month
        revoke_api_key(key=successor, now=later)


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=91)])
def test_a_wrong_overlap_is_refused(made, now, overlap):
    with pytest.raises(InvalidRecord):
        replace_api_key(key=made[0], now=now, overlap=overlap)
    assert ApiKey.objects.count() == 1


def test_a_key_that_has_ended_is_not_replaced(made, now):
    key, _ = made
    with pytest.raises(Conflict) as caught:
        replace_api_key(key=revoke_api_key(key=key, now=now), now=now)
    assert caught.value.code == "key_has_ended"


def test_a_key_has_one_successor_unless_that_one_was_revoked(made, now):
    key, _ = made
    lost, _ = replace_api_key(key=key, now=now)
    with pytest.raises(Conflict) as caught:
        replace_api_key(key=key, now=now)
    assert caught.value.code == "already_replaced"
    revoke_api_key(key=lost, now=now)
    assert replace_api_key(key=key, now=now)[0].replaces == key


def test_two_admins_at_once_make_one_successor(committed_db, now):
    key, _ = create_api_key(name="shop", scopes=["models"], now=now)
    barrier, outcomes = threading.Barrier(2), []

    def replace():
        try:
            barrier.wait(10)
            replace_api_key(key=ApiKey.objects.get(pk=key.pk), now=now)
            outcomes.append("made")
        except Conflict as conflict:
            outcomes.append(conflict.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=replace) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["already_replaced", "made"]
