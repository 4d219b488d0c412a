"""Personal data is masked until somebody asks, and who asked is written down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from scoring.models import PersonalDataReveal, TransactionDetails
from scoring.selectors.personal_data import personal_data_of
from scoring.services.personal_data import reveal_personal_data
from tests.labeling.payments import hold

pytestmark = pytest.mark.django_db
EMAIL, ADDRESS = "anna.meier@example.com", "203.0.113.77"


@pytest.fixture
def payment(now):
    paid = hold(now=now)
    TransactionDetails.objects.create(
        transaction=paid,
        email=EMAIL,
        ip_address=ADDRESS,
        attributes={"holder_name": "Anna Meier", "app": "web"},
    )
    return paid


def page_of(payment) -> str:
    return f"/transactions/{payment.external_id}/"


@pytest.mark.parametrize("role", ["alice", "lea", "sam", "dana"])
def test_who_may_ask_sees_a_mask_first(role, request, client_of, payment) -> None:
    body = client_of(request.getfixturevalue(role)).get(page_of(payment)).content.decode()
    assert "a•••@example.com" in body and "203.0.113.•••" in body
    assert EMAIL not in body and ADDRESS not in body and "Anna Meier" not in body
    assert "Show personal data" in body
    assert not PersonalDataReveal.objects.exists()


def test_a_manager_sees_neither_mask_nor_button(max_, client_of, payment) -> None:
    client = client_of(max_)
    body = client.get(page_of(payment)).content.decode()
    assert "•••@" not in body and "Show personal data" not in body
    assert client.post(f"{page_of(payment)}reveal/").status_code == 403


def test_asking_shows_it_for_a_while_and_is_written_down(alice, bob, client_of, payment) -> None:
    client = client_of(alice)
    asked = {"place": "transaction", "next": page_of(payment)}
    answer = client.post(f"{page_of(payment)}reveal/", asked)
    assert answer["Location"] == page_of(payment)
    assert EMAIL in client.get(page_of(payment)).content.decode()
    assert EMAIL not in client_of(bob).get(page_of(payment)).content.decode()
    row = PersonalDataReveal.objects.get()
    assert (row.person, row.transaction, row.place) == (alice, payment, "transaction")


def test_after_a_quarter_of_an_hour_it_is_masked_again(alice, payment, now) -> None:
    reveal_personal_data(external_id=payment.external_id, person=alice, place="case", now=now)
    details = payment.details
    shown = personal_data_of(details, reader=alice, now=now + timedelta(minutes=14))
    later = personal_data_of(details, reader=alice, now=now + timedelta(minutes=16))
    assert (shown.email, shown.masked) == (EMAIL, False)
    assert (later.email, later.masked) == ("a•••@example.com", True)


def test_the_way_back_never_leads_elsewhere(alice, client_of, payment) -> None:
    asked = {"next": "https://elsewhere.example/"}
    answer = client_of(alice).post(f"{page_of(payment)}reveal/", asked)
    assert answer["Location"] == page_of(payment)


def test_nobody_asks_for_a_payment_that_does_not_exist(alice, client_of) -> None:
    assert client_of(alice).post("/transactions/nothing/reveal/").status_code == 404


def test_the_case_page_masks_and_shows_the_same(alice, client_of, payment) -> None:
    from labeling import services

    services.open_cases(now=timezone.now())
    client = client_of(alice)
    task = services.claim_task(reviewer=alice, now=timezone.now())
    page = f"/tasks/{task.pk}/"
    assert "a•••@example.com" in client.get(page).content.decode()
    client.post(f"{page_of(payment)}reveal/", {"place": "case", "next": page})
    assert EMAIL in client.get(page).content.decode()


def test_a_program_that_reviews_reads_it_and_leaves_one_row_a_day(api_key, alice, payment) -> None:
    client = api_key("review", "decisions:read", acts_for=alice)
    for _ in range(2):
        answer = client.get(f"/api/v1/transactions/{payment.external_id}/").json()
        assert answer["email"] == EMAIL
    row = PersonalDataReveal.objects.get()
    assert (row.place, row.api_key.name) == ("api", "test")


def test_a_person_who_reads_the_api_has_to_ask_on_a_page(alice, client_of, payment) -> None:
    client = client_of(alice)
    path = f"/api/v1/transactions/{payment.external_id}/"
    assert "email" not in client.get(path).json()
    client.post(f"{page_of(payment)}reveal/")
    assert client.get(path).json()["email"] == EMAIL


def test_admins_read_the_log(dana, alice, client_of, payment, now) -> None:
    reveal_personal_data(external_id=payment.external_id, person=alice, place="case", now=now)
    body = client_of(dana).get("/admin/scoring/personaldatareveal/").content.decode()
    assert "alice" in body and "Case page" in body
