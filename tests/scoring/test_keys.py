"""Two spellings of one thing meet under one key; a card number is never kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain import keys

SECRET = b"a secret of the installation"


def test_a_token_is_the_same_for_the_same_value():
    first = keys.token("4111111111111111", secret=SECRET, purpose="card")
    assert first == keys.token("4111111111111111", secret=SECRET, purpose="card")
    assert len(first) == 20


def test_a_token_depends_on_the_secret_and_on_the_purpose():
    tokens = {
        keys.token("value", secret=secret, purpose=purpose)
        for secret in (b"one", b"two")
        for purpose in ("email", "ip")
    }
    assert len(tokens) == 4


@pytest.mark.parametrize(
    "written",
    ["4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "5555555555554444"],
)
def test_a_card_number_becomes_a_token_with_its_last_four_digits(written):
    stored = keys.tokenised(written, secret=SECRET)
    assert stored.startswith("card_")
    assert stored.endswith(written[-4:])
    assert written.replace(" ", "").replace("-", "") not in stored


@pytest.mark.parametrize(
    "harmless",
    ["4111111111111112", "1700000000000", "C-204418", "411111111111", "4" * 20, "٤١١١١١١١١١١١١١١١"],
    ids=["wrong check digit", "milliseconds", "an id", "too short", "too long", "other digits"],
)
def test_what_is_not_a_card_number_stays_as_it_is(harmless):
    assert keys.tokenised(harmless, secret=SECRET) == harmless


@given(st.text())
def test_tokenising_twice_is_tokenising_once(value):
    once = keys.tokenised(value, secret=SECRET)
    assert keys.tokenised(once, secret=SECRET) == once


@given(st.text())
def test_normalising_twice_is_normalising_once(value):
    once = keys.normalised(value)
    assert keys.normalised(once) == once


def test_composed_and_decomposed_letters_are_one_key():
    assert keys.normalised("Ba\u0308cker ") == keys.normalised("B\u00e4cker")


@pytest.mark.parametrize("unseen", ["\x00", "\x1b", "\u200b", "\u202e", "\ufeff", "\n", "\ud800"])
def test_characters_nobody_can_see_are_found(unseen):
    assert keys.has_unseen(f"C-1{unseen}2")


def test_a_narrow_space_between_words_is_visible():
    assert not keys.has_unseen("Caf\u00e9\u00a0Central")


@pytest.mark.parametrize(
    ("written", "address"),
    [(" Anna@Example.ORG ", "anna@example.org"), ("a+b@m\u00fcller.de", "a+b@m\u00fcller.de")],
)
def test_an_email_address_is_kept_in_lower_case(written, address):
    assert keys.normalised_email(written) == address


@pytest.mark.parametrize(
    "wrong", ["", "anna", "@example.org", "anna@", "a@b@c", "a b@c.de", "a@.de", "a@b..de"]
)
def test_what_cannot_be_an_email_address_is_refused(wrong):
    with pytest.raises(ValueError):
        keys.normalised_email(wrong)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:0DB8::0001", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_an_ip_address_has_one_spelling(written, address):
    assert keys.canonical_ip(written) == address


@pytest.mark.parametrize("wrong", ["", "localhost", "203.0.113", "203.0.113.007", "fe80::1%eth0"])
def test_what_is_not_an_ip_address_is_refused(wrong):
    with pytest.raises(ValueError):
        keys.canonical_ip(wrong)
