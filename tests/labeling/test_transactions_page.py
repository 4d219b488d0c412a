"""/transactions/: the dense list, its empty states, and what each role sees in it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import services
from labeling.selectors import searching
from scoring.services.intake import accept_items
from tests.labeling.payments import draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db
URL = "/transactions/"


def page(client, **parameters):
    answer = client.get(URL, parameters)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_payments_it_says_what_comes_next(client_of, alice):
    assert "No payments yet." in page(client_of(alice))


def test_a_row_tells_what_matters(client_of, alice):
    payment = hold(now=timezone.now(), amount="1284.00", shipping_country="NL")
    html = page(client_of(alice))
    for told in (payment.external_id, "€1,284.00", payment.customer_id, "Web, DE to NL", "Review"):
        assert told in html
    assert "0.71" in html
    assert "none yet" in html


def test_half_an_id_finds_nothing_and_a_way_back_is_offered(client_of, alice):
    pay(now=timezone.now(), external_id="txn_7f1d02")
    html = page(client_of(alice), q="txn_7f1")
    assert "No payment fits." in html
    assert "All payments" in html


@pytest.mark.parametrize(
    ("filters", "way_back"),
    [
        ({"score_from": "0.99"}, "With any score"),
        ({"until": "2020-01-01"}, "On any day"),
        ({"outcome": "block", "score_from": "0.99"}, "With any outcome"),
    ],
)
def test_what_found_nothing_is_offered_to_be_dropped(client_of, alice, filters, way_back):
    hold(now=timezone.now())
    html = page(client_of(alice), **filters)
    assert "No payment fits." in html
    assert way_back in html


def test_a_day_that_is_none_is_marked_at_its_field(client_of, alice):
    html = page(client_of(alice), since="yesterday")
    assert "A day is written like" in html
    assert html.count('aria-invalid="true"') == 1


def test_a_whole_id_opens_its_payment(client_of, alice):
    pay(now=timezone.now(), external_id="a/b?c#d%41 ü")
    answer = client_of(alice).get(URL, {"q": "a/b?c#d%41 ü"})
    assert answer.status_code == 302
    opened = client_of(alice).get(answer["Location"])
    assert opened.status_code == 200
    assert "a/b?c#d%41 ü" in opened.content.decode()


def test_a_wrong_filter_is_told_and_the_others_work(client_of, alice):
    pay(now=timezone.now())
    html = page(client_of(alice), **{"from": "much"})
    assert "An amount is a number" in html
    assert "txn-" in html


def test_what_must_be_judged_blind_is_kept_back(client_of, alice, sam):
    draw_for_audit("block", now=timezone.now())
    services.open_cases(now=timezone.now())
    assert page(client_of(alice)).count("kept back") == 3
    assert "Block</span>" not in page(client_of(alice))
    assert "kept back" not in page(client_of(sam))


def test_addresses_are_shown_to_those_who_work_with_them(client_of, alice, max_):
    now = timezone.now()
    record = {"external_id": "t1", "occurred_at": now.isoformat(), "amount": 5, "currency": "EUR"}
    accept_items([{**record, "ip_address": "203.0.113.7"}], now=now)
    assert "203.0.113.•••" in page(client_of(alice))
    assert "203.0.113." not in page(client_of(max_))


def test_older_and_newer_keep_the_filters(client_of, alice, monkeypatch):
    monkeypatch.setattr(searching, "PAGE", 2)
    now = timezone.now()
    for minutes in range(5):
        pay(now=now, occurred_at=now - timedelta(minutes=minutes))
    html = page(client_of(alice), time="24h")
    assert "?time=24h&amp;older=" in html
    assert html.count("aria-disabled") == 1


def test_a_search_that_reads_too_much_is_stopped(client_of, alice, monkeypatch):
    monkeypatch.setattr(searching, "PATIENCE_MILLISECONDS", 1)
    monkeypatch.setattr(searching, "_page", sleep_in_the_database)
    answer = client_of(alice).get(URL)
    assert answer.status_code == 503
    assert "reads too much" in answer.content.decode()


def sleep_in_the_database(*args):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")


def test_text_of_strangers_stays_text(client_of, alice):
    pay(now=timezone.now(), customer_id="<script>alert(1)</script>")
    html = page(client_of(alice))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
