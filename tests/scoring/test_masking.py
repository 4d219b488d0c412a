"""What is left of personal data never tells the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain.masking import (
    DOTS,
    looks_personal,
    masked_attributes,
    masked_email,
    masked_ip,
    masked_text,
)

LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789._-", min_size=2, max_size=20)
DOMAIN = st.sampled_from(["example.com", "mail.example", "a.example", "smith.example"])


@given(LOCAL, DOMAIN)
def test_a_masked_mailbox_never_holds_its_whole_name(local: str, domain: str) -> None:
    masked = masked_email(f"{local}@{domain}")
    assert local not in masked and DOTS in masked


@given(st.ip_addresses())
def test_a_masked_address_never_holds_its_end(address) -> None:
    masked = masked_ip(str(address))
    assert masked.endswith(DOTS) and str(address) not in masked


@given(st.text(min_size=2))
def test_a_masked_text_is_its_first_letter_at_most(text: str) -> None:
    assert len(masked_text(text).removesuffix(DOTS)) <= 1


@pytest.mark.parametrize("broken", ["", "no-at-sign", "300.1.2.3", "::zz"])
def test_what_cannot_be_read_is_hidden_altogether(broken: str) -> None:
    assert masked_ip(broken) == DOTS
    if "@" not in broken:
        assert masked_email(broken) == DOTS


@pytest.mark.parametrize(
    ("name", "value", "personal"),
    [
        ("holder_name", "Anna Meier", True),
        ("merchant_name", "Corner Shop", False),
        ("shipping_city", "Lisbon", True),
        ("phone", 4915112345, True),
        ("basket_items", 3, False),
        ("app", "web", False),
        ("note", "call +49 151 123456 back", False),
        ("contact_point", "+49 151 123456", True),
        ("is_gift", True, False),
        ("address_check", "mismatch", False),
        ("email_age", 12, False),
        ("referrer", "10.1.2.3", True),
    ],
)
def test_names_and_values_tell_what_is_personal(name, value, personal) -> None:
    assert looks_personal(name, value) is personal


def test_attributes_keep_their_order_and_what_is_harmless() -> None:
    attributes = {"app": "web", "holder_name": "Anna Meier", "items": 3}
    masked = masked_attributes(attributes)
    assert list(masked) == list(attributes)
    assert masked == {"app": "web", "holder_name": f"A{DOTS}", "items": 3}
