"""DATABASE_URL, as an operator writes it."""

import pytest

from fraudreview.addresses import AddressError, parse_database_url


def test_every_part_of_an_address_is_understood():
    settings = parse_database_url("postgresql://ann:secret@db.example:5433/fraud?sslmode=require")
    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "fraud",
        "USER": "ann",
        "PASSWORD": "secret",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_percent_encoded_characters_are_decoded():
    settings = parse_database_url("postgres://a%40b:p%2F%3A%40w@host/name%20with%20spaces")
    assert (settings["USER"], settings["PASSWORD"]) == ("a@b", "p/:@w")
    assert settings["NAME"] == "name with spaces"


@pytest.mark.parametrize(
    "url",
    ["postgresql://%2Frun%2Fpostgresql/fraud", "postgresql:///fraud?host=/run/postgresql"],
)
def test_a_socket_folder_is_a_host(url):
    settings = parse_database_url(url)
    assert settings["HOST"] == "/run/postgresql"
    assert settings["PORT"] == "" and settings["OPTIONS"] == {}


def test_missing_parts_are_left_to_the_driver():
    settings = parse_database_url("postgresql://host/fraud")
    assert (settings["USER"], settings["PASSWORD"], settings["PORT"]) == ("", "", "")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://host/fraud", "must start with postgresql://"),
        ("host/fraud", "must start with postgresql://"),
        ("postgresql://ann:secret@host", "names no database"),
        ("postgresql://ann:secret@host/", "names no database"),
        ("postgresql://ann:secret@host:port/fraud", "not an address"),
    ],
)
def test_a_wrong_address_says_why_and_keeps_the_password(url, reason):
    with pytest.raises(AddressError, match=reason) as caught:
        parse_database_url(url)
    assert "secret" not in str(caught.value)
