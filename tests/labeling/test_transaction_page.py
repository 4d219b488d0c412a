"""/transactions/{external_id}/: facts, opinions, and the whole story in order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import services
from labeling.domain.ledger import LedgerRow, ledger
from labeling.domain.lifecycle import Judgement, VerdictValue
from scoring.models import TransactionEvent
from scoring.services.intake import accept_items
from scoring.services.personal_data import reveal_personal_data
from tests.labeling.payments import draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def soon():
    # Digits of a second can look like a score.
    return timezone.now().replace(microsecond=0)


def page(client, payment):
    answer = client.get(f"/transactions/{payment.external_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def judged(soon, alice):
    """A held payment with an event and a verdict."""
    payment = hold(now=soon, amount="1284.00")
    services.open_cases(now=soon)
    task = services.claim_task(reviewer=alice, now=soon)
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=alice,
        judgements=Judgement(VerdictValue.LEGITIMATE, note="She called back."),
        now=soon + timedelta(seconds=5),
    )
    TransactionEvent.objects.create(
        transaction=payment,
        type="captured",
        occurred_at=soon + timedelta(seconds=9),
        received_at=soon,
    )
    return payment


def test_the_story_is_told_in_order(client_of, alice, judged):
    html = page(client_of(alice), judged)
    told = [
        "Came in.",
        "said review.",
        "Joined case",
        "Verdict: legitimate.",
        "Captured.",
    ]
    places = [html.index(sentence) for sentence in told]
    assert places == sorted(places)
    assert "She called back." in html
    assert "Release" in html


def test_the_explanation_adds_up(client_of, alice, judged):
    html = page(client_of(alice), judged)
    for part in ("−4.60", "+1.96", "−0.92", "+4.45", "+0.89"):
        assert part in html


def test_a_ledger_adds_up_to_the_margin():
    taken_apart = ledger(
        base_value=-4.6,
        contributions=[1.0, -0.5, 0.25, 2.0],
        rows=[LedgerRow("a", "A", 2.0)],
    )
    assert taken_apart.rest == pytest.approx(0.75)
    assert taken_apart.total == pytest.approx(-1.85)
    assert (taken_apart.low, taken_apart.high) == (-4.6, 2.0)


def test_opinions_are_kept_back_from_who_must_judge_blind(client_of, alice, sam, soon):
    payment = draw_for_audit("block", now=soon)
    TransactionEvent.objects.create(
        transaction=payment, type="issuer_declined", occurred_at=soon, received_at=soon
    )
    services.open_cases(now=soon)
    blind, seen = page(client_of(alice), payment), page(client_of(sam), payment)
    assert "Kept back." in blind
    for opinion in (
        "0.97",
        "said block",
        "Issuer declined",
        "Joined case",
        "log-odds",
        "Block</span>",
    ):
        assert opinion in seen
        assert opinion not in blind


def test_personal_data_is_shown_by_role(client_of, alice, max_, soon):
    record = {"external_id": "t1", "occurred_at": soon.isoformat(), "amount": 5, "currency": "EUR"}
    personal = {
        "email": "anna@example.org",
        "ip_address": "203.0.113.7",
        "attributes": {"full_name": "Anna Meier", "items": 3, "new": True},
    }
    accept_items([{**record, **personal, "card_id": "4111111111111111"}], now=soon)
    payment = type("payment", (), {"external_id": "t1"})
    reveal_personal_data(external_id="t1", person=alice, place="transaction", now=timezone.now())
    told, masked = page(client_of(alice), payment), page(client_of(max_), payment)
    for secret in ("anna@example.org", "203.0.113.7", "Anna Meier"):
        assert secret in told
        assert secret not in masked
    assert "•• 1111" in told


def test_notes_are_shown_by_role(client_of, max_, judged):
    html = page(client_of(max_), judged)
    assert "She called back." not in html
    assert "not shown to your role" in html


def test_what_waits_and_what_was_imported_say_so(client_of, alice, soon):
    assert "still waits" in page(client_of(alice), pay(now=soon))
    assert "Imported as history" in page(client_of(alice), pay(now=soon, imported=True))


def test_an_unknown_payment_is_a_404(client_of, alice):
    assert client_of(alice).get("/transactions/nobody/").status_code == 404
    assert client_of(alice).get("/transactions/a%00b/").status_code == 404


def test_the_page_costs_few_queries(client_of, alice, judged, django_assert_max_num_queries):
    client = client_of(alice)
    page(client, judged)
    with django_assert_max_num_queries(16):
        page(client, judged)
