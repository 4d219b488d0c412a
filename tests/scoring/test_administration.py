"""The administration: for admins alone, and never a way around the product's own rules."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from labeling.services import open_cases
from scoring.models import ApiKey, ExchangeRate
from scoring.services.api_keys import create_api_key, use_api_key
from tests.labeling.payments import decide, hold, pay

pytestmark = pytest.mark.django_db
NEW_KEY = {"name": "shop", "scopes": ["transactions:write", "decisions:read"]}


@pytest.fixture
def admin(client_of, dana):
    return client_of(dana)


def test_strangers_are_asked_to_sign_in_on_our_own_page():
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/login/?next=")


def test_somebody_without_the_role_is_refused_and_not_asked_again(client_of, alice, charlie):
    for person in (alice, charlie):
        person.is_staff = True
        person.save()
        assert client_of(person).get("/admin/").status_code == 403
        assert client_of(person).get("/admin/login/").status_code == 403


def test_every_page_of_the_index_opens(admin):
    pay(now=timezone.now())
    decide(pay(now=timezone.now()), "block", now=timezone.now())
    hold(now=timezone.now())
    open_cases(now=timezone.now())
    index = admin.get("/admin/").content.decode()
    lists = set(re.findall(r'href="(/admin/\w+/\w+/)"', index))
    assert len(lists) >= 17
    for address in sorted(lists):
        assert admin.get(address).status_code == 200, address


def test_the_secret_of_a_new_key_is_shown_once(admin, dana):
    answer = admin.post("/admin/scoring/apikey/add/", NEW_KEY)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    presented = re.search(r"Api-Key (\S+)</pre>", answer.content.decode())[1]
    key = use_api_key(presented=presented, now=timezone.now())
    assert key.created_by == dana
    assert key.scopes == sorted(NEW_KEY["scopes"])
    for address in ("/admin/scoring/apikey/", f"/admin/scoring/apikey/{key.pk}/change/", "/admin/"):
        assert presented.partition(".")[2] not in admin.get(address).content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["review"]}, "say whom the key acts for"),
        ({"expires_at_0": "2020-01-01", "expires_at_1": "00:00"}, "This end has passed."),
    ],
)
def test_a_wrong_key_is_told_and_not_made(admin, fields, sentence):
    answer = admin.post("/admin/scoring/apikey/add/", {**NEW_KEY, **fields})
    assert sentence in answer.content.decode().replace("&#x27;", "'")
    assert not ApiKey.objects.exists()


def test_keys_are_revoked_and_neither_edited_nor_deleted(admin, now):
    key, _ = create_api_key(name="shop", scopes=["models"], now=now)
    address = f"/admin/scoring/apikey/{key.pk}/"
    admin.post(f"{address}change/", {"name": "x", "scopes": ["review"]})
    assert admin.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "revoke", "_selected_action": [key.pk]}
    admin.post("/admin/scoring/apikey/", chosen)
    key.refresh_from_db()
    assert (key.name, key.scopes) == ("shop", ["models"])
    assert key.revoked_at is not None


def test_the_limits_of_a_key_are_changed_and_nothing_else(admin, now):
    key, _ = create_api_key(name="shop", scopes=["models"], now=now)
    address = f"/admin/scoring/apikey/{key.pk}/change/"
    answer = admin.post(address, {"transactions_per_minute": "999"})
    assert "0 for no limit, or 1,000 to" in answer.content.decode()
    assert admin.post(address, {"transactions_per_minute": "5000"}).status_code == 302
    key.refresh_from_db()
    assert (key.transactions_per_minute, key.requests_per_minute) == (5000, None)
    assert "5000" in admin.get("/admin/scoring/apikey/").content.decode()


def replace(admin, *keys, hours=""):
    chosen = {"action": "replace", "_selected_action": [key.pk for key in keys], "hours": hours}
    return admin.post("/admin/scoring/apikey/", chosen, follow=True)


def test_a_key_is_replaced_and_the_old_secret_goes_on_as_long_as_stated(admin, dana):
    key, old_secret = create_api_key(name="shop", scopes=["models"], now=timezone.now())
    answer = replace(admin, key, hours="2")
    assert "no-store" in answer["Cache-Control"]
    presented = re.search(r"Api-Key (\S+)</pre>", answer.content.decode())[1]
    successor = use_api_key(presented=presented, now=timezone.now())
    assert (successor.replaces, successor.created_by) == (key, dana)
    assert use_api_key(presented=old_secret, now=timezone.now()) == key
    key.refresh_from_db()
    assert timedelta(hours=1) < key.expires_at - timezone.now() <= timedelta(hours=2)
    page = admin.get("/admin/scoring/apikey/").content.decode()
    assert key.prefix in page and successor.prefix in page


@pytest.mark.parametrize("hours", ["-1", "a day", "999999999999", "100000"])
def test_a_wrong_overlap_is_told_and_nothing_is_made(admin, now, hours):
    key, _ = create_api_key(name="shop", scopes=["models"], now=now)
    assert 'class="error"' in replace(admin, key, hours=hours).content.decode()
    assert ApiKey.objects.count() == 1


def test_one_key_is_replaced_at_a_time(admin, now):
    keys = [create_api_key(name="shop", scopes=["models"], now=now)[0] for _ in range(2)]
    assert "Choose one key" in replace(admin, *keys).content.decode()
    assert ApiKey.objects.count() == 2


def test_what_the_product_writes_is_read_only(admin):
    payment = pay(now=timezone.now())
    decide(payment, "approve", now=timezone.now())
    address = f"/admin/scoring/decision/{payment.pk}"
    assert admin.get(f"{address}/change/").status_code == 200
    assert admin.post(f"{address}/change/", {"outcome": "block"}).status_code == 403
    assert admin.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert admin.get("/admin/scoring/decision/add/").status_code == 403


def test_an_admin_who_also_judges_sees_no_opinions_here(client_of, dana):
    dana.groups.add(Group.objects.get(name="analyst"))
    admin = client_of(dana)
    for kind in ("scoring/decision", "scoring/disposition", "labeling/verdict", "labeling/label"):
        assert admin.get(f"/admin/{kind}/").status_code == 403


def test_rates_are_added_and_never_rewritten(admin):
    rate = {"currency": "DKK", "rate": "0.134", "valid_from_0": "2026-01-01", "valid_from_1": "0:0"}
    assert admin.post("/admin/scoring/exchangerate/add/", rate).status_code == 302
    row = ExchangeRate.objects.get(currency="DKK", valid_from__year=2026)
    changed = admin.post(f"/admin/scoring/exchangerate/{row.pk}/change/", {**rate, "rate": "1"})
    assert changed.status_code == 403


def test_an_admin_gives_roles_but_makes_no_superuser(admin, charlie):
    address = f"/admin/auth/user/{charlie.pk}/change/"
    form = {"username": "charlie", "groups": [Group.objects.get(name="lead").pk]}
    answer = admin.post(address, {**form, "is_active": "on", "is_superuser": "on"})
    assert answer.status_code == 302
    charlie = User.objects.get(pk=charlie.pk)
    assert [group.name for group in charlie.groups.all()] == ["lead"]
    assert not charlie.is_superuser


def test_an_admin_does_not_touch_superusers(admin):
    root = User.objects.create_superuser("root")
    address = f"/admin/auth/user/{root.pk}"
    assert admin.post(f"{address}/change/", {"username": "mine"}).status_code == 403
    password = {"password1": "a new password 1", "password2": "a new password 1"}
    assert admin.post(f"{address}/password/", password).status_code == 403
    assert admin.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
