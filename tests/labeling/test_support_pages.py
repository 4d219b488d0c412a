"""Support finds one payment, sees no opinion of it, and acts for its customer."""

import re

import pytest
from django.utils import timezone

from labeling import services
from labeling.domain.resolution import Claim
from labeling.models import Appeal, CustomerStatement, Label
from labeling.services.labels import record_labels
from scoring.domain import keys
from scoring.models import TransactionDetails
from scoring.selectors.secrets import data_key
from tests.labeling.payments import draw_for_audit, hold, pay
from tests.labeling.support import FRAUD, LEGITIMATE, appeal, block, decline, judge, say

pytestmark = pytest.mark.django_db
OPINION = ("0.71", "0.97", "31 ×", "stolen_card", "Stolen card", "probability", "model")
SAYS = {"statement": "confirms", "channel": "phone", "verification": "documents", "note": "Bill."}


@pytest.fixture
def desk(client_of, sam):
    """Sam's browser."""
    return client_of(sam)


def body(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("field", ["external_id", "card_id", "customer_id", "email"])
def test_one_payment_is_found_by_any_of_its_names_and_shown(clock, desk, field) -> None:
    address = "Anna.Meier@example.org"
    token = keys.token(address.lower(), secret=data_key(), purpose="email")
    payment = pay(
        now=clock, external_id="txn one", card_id="card-1", customer_id="C-9", email_key=token
    )
    asked = address if field == "email" else getattr(payment, field)
    answer = desk.get("/support/", {"q": asked})
    assert answer.url == "/support/txn%20one/"


def test_a_card_number_is_looked_for_by_its_token(clock, desk) -> None:
    card = keys.tokenised("4111111111111111", secret=data_key())
    payment = pay(now=clock, card_id=card)
    answer = desk.get("/support/", {"q": "4111 1111 1111 1111"})
    assert answer.url == f"/support/{payment.external_id}/"


def test_a_payment_is_found_by_its_amount_on_a_day(clock, desk) -> None:
    payment = pay(now=clock, amount="49.90")
    day = timezone.localtime(payment.occurred_at).date().isoformat()
    page = body(desk.get("/support/", {"amount": "49.90", "day": day}))
    assert payment.external_id in page
    assert payment.external_id not in body(desk.get("/support/", {"amount": "50", "day": day}))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"amount": "49.90"}, "fill in both"),
        ({"amount": "much", "day": "2026-11-20"}, "An amount is a number"),
        ({"day": "yesterday"}, "A day is written like"),
        ({"q": "x" * 255}, "No id is that long"),
        ({"q": "nobody"}, "No payment fits."),
    ],
)
def test_what_cannot_be_found_is_told(desk, asked, told) -> None:
    assert told in body(desk.get("/support/", asked))


def test_several_payments_are_listed_with_how_they_stand(clock, desk, alice) -> None:
    for make in (block, hold, pay):
        make(now=clock, customer_id="C-9")
    page = body(desk.get("/support/", {"q": "C-9"}))
    assert "3 payments" in page
    assert all(word in page for word in ("Declined", "Held", "Not decided yet"))


def test_the_number_of_queries_does_not_grow_with_what_is_found(
    clock, desk, sam, django_assert_max_num_queries
) -> None:
    for _ in range(10):
        appeal(block(now=clock, customer_id="C-9"), sam, now=clock)
    with django_assert_max_num_queries(16):
        desk.get("/support/", {"q": "C-9"})


def test_the_page_tells_the_story_and_no_opinion(clock, desk, alice) -> None:
    payment = decline(alice, now=clock)
    page = body(desk.get(f"/support/{payment.external_id}/"))
    assert "The payment was held, for a person to look at it." in page
    assert "A reviewer looked: the payment was declined" in page
    main = page.split("<main")[1]
    assert not [word for word in OPINION if word in main]
    assert "alice" not in main.lower()


def test_a_corrected_complaint_is_told_once(clock, desk) -> None:
    payment = hold(now=clock)
    record_labels(claims=[Claim(payment.pk, "fraud", "chargeback", clock)], now=clock)
    again = {"reason": "10.4", "supersedes_id": Label.objects.get().pk}
    record_labels(claims=[Claim(payment.pk, "fraud", "chargeback", clock, **again)], now=clock)
    page = body(desk.get(f"/support/{payment.external_id}/"))
    assert page.count("The customer’s bank asked for the money back.") == 1


def test_personal_data_is_masked(clock, desk) -> None:
    payment = pay(now=clock)
    TransactionDetails.objects.create(
        transaction=payment, email="anna.meier@example.org", ip_address="203.0.113.77"
    )
    page = body(desk.get(f"/support/{payment.external_id}/"))
    assert "a•••@example.org" in page
    assert "anna.meier" not in page
    assert "203.0.113.77" not in page


def test_the_customers_word_is_recorded_from_the_page(clock, desk, sam) -> None:
    payment = pay(now=clock, external_id="a/b")
    answer = desk.post("/support/a/b/statements/", SAYS, follow=True)
    assert "Recorded." in body(answer)
    stored = CustomerStatement.objects.get(transaction=payment)
    assert (stored.value, stored.recorded_by) == ("confirms", sam)
    assert "It was me" in body(answer)


def test_what_was_written_is_kept_when_it_is_refused(clock, desk) -> None:
    payment = pay(now=clock)
    given = {**SAYS, "channel": "", "note": "Two lines\nof a note"}
    answer = desk.post(f"/support/{payment.external_id}/statements/", given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Nothing was recorded" in page
    assert "Two lines\nof a note" in page
    assert not CustomerStatement.objects.exists()


def test_a_statement_rests_on_something(clock, desk) -> None:
    payment = pay(now=clock)
    given = {**SAYS, "note": " "}
    answer = desk.post(f"/support/{payment.external_id}/statements/", given)
    assert "Say what shows it" in body(answer)


def test_a_correction_shows_what_it_replaces(clock, desk, sam) -> None:
    payment = pay(now=clock)
    wrong = say(payment, "denies", sam, now=clock)
    page = body(desk.get(f"/support/{payment.external_id}/?correct={wrong.pk}"))
    assert "replaces “It was not me”" in page
    given = {**SAYS, "corrects": str(wrong.pk)}
    page = body(desk.post(f"/support/{payment.external_id}/statements/", given, follow=True))
    assert CustomerStatement.objects.latest("pk").supersedes == wrong
    assert "Corrected later." in page


def test_an_appeal_is_filed_from_the_page_and_its_answer_is_told(
    clock, desk, alice, bob, sam
) -> None:
    payment = decline(alice, now=clock)
    address = f"/support/{payment.external_id}/"
    page = body(desk.post(f"{address}appeals/", {"reason": "It was me."}, follow=True))
    assert "The appeal is filed." in page
    assert Appeal.objects.get().filed_by == sam
    assert "waits 0 min" in body(desk.get("/support/"))
    judge(bob, LEGITIMATE, now=timezone.now())
    assert "Granted" in body(desk.get("/support/"))
    page = body(desk.get(address))
    assert "The appeal was granted: the decline was wrong and is taken back." in page
    assert "Approved" in page
    assert "nothing is left to appeal" in page


def test_a_rejected_appeal_is_told_and_only_a_lead_files_another(
    clock, desk, client_of, alice, bob, sam, lea
) -> None:
    payment = decline(alice, now=clock)
    appeal(payment, sam, now=clock)
    judge(bob, FRAUD, now=timezone.now())
    address = f"/support/{payment.external_id}/"
    page = body(desk.get(address))
    assert "The appeal was rejected: the decline stays." in page
    assert "Only a lead can file another" in page
    assert "What is new since the last appeal" in body(client_of(lea).get(address))
    refused = desk.post(f"{address}appeals/", {"reason": "Again."})
    assert refused.status_code == 403


def test_a_payment_that_was_not_declined_offers_no_appeal(clock, desk) -> None:
    payment = hold(now=clock)
    page = body(desk.get(f"/support/{payment.external_id}/"))
    assert "Only a declined payment can be appealed." in page
    assert "File appeal" not in page


def test_what_the_desk_asks_stands_before_support(clock, desk, alice) -> None:
    payment = hold(now=clock)
    services.open_cases(now=clock)
    task = services.claim_task(reviewer=alice, now=clock)
    services.wait_for_customer(
        task_id=task.pk, token=task.token, reviewer=alice, question="Two laptops?", now=clock
    )
    assert "Two laptops?" in body(desk.get("/support/"))
    assert "The desk asks: Two laptops?" in body(desk.get(f"/support/{payment.external_id}/"))


def test_empty_lists_say_what_will_stand_there(desk) -> None:
    page = body(desk.get("/support/"))
    assert "You have filed none." in page
    assert "Nobody waits for a customer." in page


def test_a_lead_who_may_be_asked_blind_sees_no_outcome_here(clock, client_of, lea, sam) -> None:
    payment = draw_for_audit("block", now=clock, customer_id="C-blind")
    other = pay(now=clock, customer_id="C-blind")
    appeal(payment, sam, now=clock)
    client = client_of(lea)
    page = body(client.get(f"/support/{payment.external_id}/"))
    assert "Kept back" in page
    assert "eclined at once" not in page and "It was me, at my usual shop" not in page
    listed = body(client.get("/support/", {"q": "C-blind"}))
    assert other.external_id in listed
    assert "Declined" not in listed


def test_an_unknown_payment_is_not_found(desk) -> None:
    assert desk.get("/support/nobody/").status_code == 404
    assert desk.post("/support/nobody/statements/", SAYS).status_code == 404
