"""API keys: made once, shown once, ended any time, and never more than their scopes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from scoring.domain.errors import InvalidRecord
from scoring.models import ApiKey
from scoring.services.api_keys import create_api_key, revoke_api_key, use_api_key

pytestmark = pytest.mark.django_db
URL = "/api/v1/transactions/"


def call(authorization):
    return APIClient().post(URL, [], format="json", HTTP_AUTHORIZATION=authorization)


def refused(authorization):
    answer = call(authorization)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Api-Key"
    return answer.json()["code"]


@pytest.fixture
def made(now):
    return create_api_key(name="shop", scopes=["transactions:write"], now=now)


def test_the_secret_opens_and_is_not_stored(made):
    _, secret = made
    assert call(f"Api-Key {secret}").status_code == 202
    assert secret.partition(".")[2] not in repr(ApiKey.objects.values().get())
    assert len(secret.partition(".")[2]) >= 43


@pytest.mark.parametrize("keyword", ["Api-Key", "api-key", "API-KEY"])
def test_the_keyword_may_be_written_in_any_case(made, keyword):
    assert call(f"{keyword} {made[1]}").status_code == 202


def test_nobody_is_nobody():
    answer = APIClient().post(URL, [], format="json")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert refused("Bearer something") == "not_authenticated"


@pytest.mark.parametrize(
    "wrong", ["", "x", ".", "a.b", "\x00.\x00", "é.é", "a" * 12 + ".b", "a" * 9999]
)
def test_a_wrong_key_opens_nothing(made, wrong):
    assert refused(f"Api-Key {wrong}") in {"invalid_key", "not_authenticated"}


def test_the_right_prefix_alone_opens_nothing(made):
    key, _ = made
    assert refused(f"Api-Key {key.prefix}.{'x' * 43}") == "invalid_key"


def test_a_revoked_key_opens_nothing_and_stays_revoked(made, now):
    key, secret = made
    revoke_api_key(key=key, now=now)
    revoke_api_key(key=key, now=now + timedelta(days=1))
    assert refused(f"Api-Key {secret}") == "revoked_key"
    assert key.revoked_at == now


def test_a_key_ends_at_its_end():
    made_at = timezone.now() - timedelta(days=2)
    _, secret = create_api_key(
        name="shop",
        scopes=["models"],
        now=made_at,
        expires_at=made_at + timedelta(days=1),
    )
    assert refused(f"Api-Key {secret}") == "expired_key"


def test_a_key_does_what_its_scopes_say_and_no_more(now):
    _, secret = create_api_key(name="reader", scopes=["decisions:read"], now=now)
    answer = call(f"Api-Key {secret}")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_key_of_somebody_who_left_opens_nothing(now, alice):
    _, secret = create_api_key(name="desk", scopes=["review"], now=now, acts_for=alice)
    alice.is_active = False
    alice.save()
    assert refused(f"Api-Key {secret}") == "inactive_person"


def test_its_use_is_noted_at_most_once_a_minute(made, now, django_assert_num_queries):
    key, secret = made
    for seconds in (0, 59, 61):
        use_api_key(presented=secret, now=now + timedelta(seconds=seconds))
    key.refresh_from_db()
    assert key.last_used_at == now + timedelta(seconds=61)
    with django_assert_num_queries(1):
        use_api_key(presented=secret, now=now + timedelta(seconds=70))


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"scopes": []}, "scopes", "required"),
        ({"scopes": ["everything"]}, "scopes", "unknown_choice"),
        ({"scopes": ["review"]}, "acts_for", "required"),
    ],
)
def test_a_wrong_key_is_not_made(now, fields, field, code):
    with pytest.raises(InvalidRecord) as caught:
        create_api_key(name="x", now=now, **fields)
    assert [(error.field, error.code) for error in caught.value.errors] == [(field, code)]
    assert not ApiKey.objects.exists()


def test_an_end_in_the_past_is_refused(now):
    with pytest.raises(InvalidRecord):
        create_api_key(name="x", scopes=["models"], now=now, expires_at=now)
