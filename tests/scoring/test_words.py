"""Numbers, money and times as pages and sentences write them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone

from scoring.domain import wording


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (Decimal("1284"), "EUR", "€1,284.00"),
        (Decimal("0.005"), "EUR", "€0.01"),
        (Decimal("-86.95"), "USD", "−$86.95"),
        (Decimal("120000"), "JPY", "¥120,000"),
        (Decimal("1.5"), "KWD", "KWD\u00a01.500"),
        (86950.4, "SEK", "SEK\u00a086,950.40"),
    ],
)
def test_money_has_its_sign_and_the_digits_of_its_currency(amount, currency, written):
    assert wording.money(amount, currency) == written


def test_whole_money_drops_small_digits():
    assert wording.money(Decimal("86950.5"), "EUR", whole=True) == "€86,951"


def test_rates_have_a_narrow_space():
    assert wording.rate(0.046) == "4.6\u202f%"
    assert wording.interval(0.039, 0.054) == "3.9 to 5.4\u202f%"


def test_nothing_is_ever_minus_zero():
    assert wording.number(-0.001, 1) == "0.0"
    assert wording.signed(-0.001, 1) == "0.0"


def test_signed_numbers_have_a_true_minus():
    assert wording.signed(2.31) == "+2.31"
    assert wording.signed(-0.92) == "−0.92"
    assert wording.points(-0.008) == "−0.8 points"


def test_nouns_agree_with_their_count():
    assert wording.count(1, "case") == "1 case"
    assert wording.count(1204, "case") == "1,204 cases"


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=22, seconds=40), "22 min"),
        (timedelta(minutes=60), "1 h"),
        (timedelta(minutes=100), "1 h 40"),
        (timedelta(days=3, hours=4), "3 days"),
        (timedelta(minutes=-4), "4 min"),
    ],
)
def test_lengths_of_time_read_as_at_the_desk(length, written):
    assert wording.duration(length) == written


def rendered(source, **values):
    return Template("{% load words %}" + source).render(Context(values))


def test_missing_values_are_said_or_left_out():
    assert rendered("{{ x|rate }}", x=None) == "none yet"
    assert rendered("{{ x|money:'EUR' }}", x=None) == ""
    assert rendered("{{ x|clock }}", x=None) == "none yet"


def test_times_stand_in_the_zone_of_the_reader():
    moment = datetime(2020, 7, 1, 10, 46, 5, tzinfo=UTC)
    with timezone.override("Europe/Berlin"):
        assert rendered("{{ x|clock }}", x=moment) == "12:46"
        assert rendered("{{ x|stamp }}", x=moment) == "1 Jul 2020 12:46:05"


def test_the_current_year_is_not_said():
    moment = timezone.now().replace(month=7, day=1)
    assert rendered("{{ x|day }}", x=moment) == "1 Jul"


def test_codes_become_words():
    assert rendered("{{ x|sentence_case }}", x="cannot_tell") == "Cannot tell"
