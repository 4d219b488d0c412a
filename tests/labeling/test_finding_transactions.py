"""Finding payments: by whole ids, newest first, page by page, and never more than one may see."""

from datetime import timedelta

import pytest
from django.db import connection

from labeling import services
from labeling.domain.searching import read_criteria
from labeling.selectors import searching
from labeling.selectors.searching import estimated_total, found_transactions
from scoring.services.intake import accept_items
from tests.labeling.payments import decide, draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(now, sam):
    def found(person=sam, personal=True, **parameters):
        criteria = read_criteria(parameters)
        assert not criteria.errors
        return found_transactions(criteria, person=person, sees_personal_data=personal, now=now)

    return found


def ids(page):
    return [row.transaction.external_id for row in page.rows]


def accept(now, external_id, **fields):
    record = {"external_id": external_id, "occurred_at": now.isoformat(), "amount": 5}
    assert accept_items([{**record, "currency": "EUR", **fields}], now=now).accepted == 1


def test_the_newest_come_first(now, found):
    for minutes, name in ((3, "c"), (1, "a"), (2, "b")):
        pay(now=now, external_id=name, occurred_at=now - timedelta(minutes=minutes))
    assert ids(found()) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "field", ["external_id", "customer_id", "card_id", "merchant_id", "device_id"]
)
def test_a_payment_is_found_by_each_of_its_ids(now, found, field):
    pay(now=now)
    wanted = pay(now=now, **{field: "the one"})
    assert ids(found(q=" the one ")) == [wanted.external_id]
    assert not found(q="the").rows


def test_a_payment_is_found_by_card_number_mailbox_and_address(now, found):
    accept(
        now, "t1", card_id="4111111111111111", email="anna@example.org", ip_address="2001:db8::1"
    )
    accept(now, "t2")
    for words in ("4111 1111 1111 1111", "Anna@Example.ORG", "2001:DB8:0::1"):
        assert ids(found(q=words)) == ["t1"]


def test_who_may_not_see_personal_data_does_not_find_by_it(now, found):
    accept(now, "t1", email="anna@example.org", ip_address="203.0.113.7")
    assert not found(personal=False, q="anna@example.org").rows
    assert not found(personal=False, q="203.0.113.7").rows


def test_amount_time_and_outcome_narrow(now, found):
    old = pay(now=now, amount=500, occurred_at=now - timedelta(days=3))
    small, large = pay(now=now, amount=5), pay(now=now, amount=900)
    decide(large, "block", now=now)
    assert set(ids(found(**{"from": "500"}))) == {old.external_id, large.external_id}
    assert ids(found(to="5.00")) == [small.external_id]
    assert old.external_id not in ids(found(time="24h"))
    assert ids(found(outcome="block")) == [large.external_id]


def test_what_still_waits_for_its_decision_is_found(now, found):
    pay(now=now, imported=True)
    accept(now, "t1")
    assert ids(found(outcome="waiting")) == ["t1"]


def test_filters_and_words_work_together(now, found):
    for amount in (5, 50, 500):
        pay(now=now, amount=amount, external_id=f"t{amount}", customer_id="C-1")
    assert ids(found(q="C-1", **{"from": "10"}, to="100")) == ["t50"]


@pytest.mark.parametrize("parameters", [{}, {"q": "C-1"}])
def test_pages_follow_each_other_both_ways_without_gap_or_double(
    now, found, monkeypatch, parameters
):
    monkeypatch.setattr(searching, "PAGE", 3)
    for number in range(8):  # pairs of the same moment, so that ties fall on the edges
        moment = now - timedelta(minutes=number // 2)
        pay(now=now, external_id=f"t{number}", customer_id="C-1", occurred_at=moment)
    pages = [found(**parameters)]
    while pages[-1].older:
        pages.append(found(older=str(pages[-1].older), **parameters))
    walked = [name for page in pages for name in ids(page)]
    assert sorted(walked) == [f"t{number}" for number in range(8)]
    assert pages[0].newer is None
    back = found(newer=str(pages[2].newer), **parameters)
    assert ids(back) == ids(pages[1])
    first = found(newer=str(back.newer), **parameters)
    assert ids(first) == ids(pages[0])
    assert first.newer is None


@pytest.mark.parametrize("place", ["", "x", "1", "1.2.3", "99999999999999999999999.1", "1.-"])
def test_a_mangled_place_is_the_first_page(now, found, place):
    pay(now=now)
    assert len(found(older=place).rows) == 1


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"from": "much"}, "from"),
        ({"to": "NaN"}, "to"),
        ({"time": "forever"}, "time"),
        ({"outcome": "fine"}, "outcome"),
        ({"q": "a\x00b"}, "q"),
        ({"q": "x" * 300}, "q"),
    ],
)
def test_what_cannot_be_read_is_told(parameters, field):
    assert set(read_criteria(parameters).errors) == {field}


def test_opinions_are_kept_back_from_who_must_judge_blind(now, found, alice, sam):
    payment = draw_for_audit("block", now=now)
    services.open_cases(now=now)
    (blind,), (seen,) = found(person=alice).rows, found(person=sam).rows
    assert blind.kept_back
    assert (blind.decision, blind.label) == (None, None)
    assert not seen.kept_back
    assert seen.decision.outcome == "block"
    assert seen.transaction == payment


def test_nobody_learns_a_kept_back_outcome_by_filtering(now, found, alice, sam):
    draw_for_audit("block", now=now)
    services.open_cases(now=now)
    assert not found(person=alice, outcome="block").rows
    assert len(found(person=sam, outcome="block").rows) == 1


def test_a_page_costs_few_queries_however_many_rows(now, found, alice, django_assert_num_queries):
    for _ in range(5):
        hold(now=now)
    found(person=alice)  # reads her roles
    # Savepoint, patience, rows, release, kept back, labels, dispositions.
    with django_assert_num_queries(7):
        found(person=alice)


def test_a_small_total_is_counted(now):
    pay(now=now)
    assert estimated_total() == 1


def test_large_amounts_are_few_and_have_an_index_of_their_own(now, alice):
    with connection.cursor() as cursor:  # small tables are not worth an index
        cursor.execute("SET LOCAL enable_seqscan = off")
    candidates = searching._candidates(read_criteria({"from": "5000"}), person=alice, now=now)
    assert "transaction_large" in candidates.order_by("base_amount").explain()


@pytest.mark.parametrize(
    ("parameters", "index"),
    [({}, "transaction_newest"), ({"older": "1763000000000000.5"}, "transaction_newest")],
)
def test_a_page_walks_an_index_and_sorts_nothing(now, alice, parameters, index):
    with connection.cursor() as cursor:  # small tables are not worth an index
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    candidates = searching._candidates(read_criteria(parameters), person=alice, now=now)
    plan = candidates.order_by(*searching.NEWEST_FIRST)[:51].explain()
    assert index in plan
    assert "Sort" not in plan
