"""Whatever arrives: a record in normal form or an InvalidRecord, never anything else."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.domain.errors import InvalidRecord
from scoring.domain.intake import FIELDS, TransactionRecord, validate

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SECRET = b"a secret of the installation"

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
moments = st.datetimes(datetime(1971, 1, 1), datetime(2026, 11, 20), timezones=st.just(UTC)).map(
    datetime.isoformat
)
names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9)
keys = names | st.integers() | st.none()
likely = st.fixed_dictionaries(
    {
        "external_id": names,
        "occurred_at": moments,
        "amount": st.decimals(-(10**9), 10**9, places=2) | st.integers(0, 10**13),
        "currency": st.sampled_from(["EUR", "usd", " JPY ", "BTC"]),
    },
    optional={
        "customer_id": keys,
        "card_id": keys | st.sampled_from(["4111111111111111", "5555 5555 5555 4444"]),
        "email": st.emails(),
        "ip_address": st.ip_addresses().map(str),
        "customer_since": moments | st.dates().map(str),
        "payment_stage": st.sampled_from(["captured", "CAPTURED", "authorized"]),
        "attributes": st.dictionaries(names, names | st.floats(-1e9, 1e9) | st.booleans()),
    },
)


def validated(record):
    try:
        return validate(record, now=NOW, secret=SECRET)
    except InvalidRecord as invalid:
        assert invalid.errors
        return None


def spelled(record):
    # True equals 1 in Python, but not in JSON.
    content = record.content()
    return repr((content, sorted(content.pop("attributes").items())))


@given(anything | st.dictionaries(st.sampled_from(FIELDS), anything))
def test_anything_is_a_record_or_an_invalid_record(value):
    result = validated(value)
    assert result is None or isinstance(result, TransactionRecord)


@settings(max_examples=300)
@given(likely)
def test_a_normal_form_is_valid_and_stays_as_it_is(record):
    once = validated(record)
    if once is not None:
        assert validated(once.content()) == once


@given(likely, st.randoms(use_true_random=False))
def test_the_order_of_fields_does_not_matter(record, random):
    shuffled = list(record.items())
    random.shuffle(shuffled)
    once = validated(record)
    if once is not None:
        assert validated(dict(shuffled)).content_hash == once.content_hash


@given(likely, likely)
def test_hashes_are_equal_exactly_where_contents_are(first, second):
    one, other = validated(first), validated(second)
    if one is not None and other is not None:
        assert (one.content_hash == other.content_hash) == (spelled(one) == spelled(other))
