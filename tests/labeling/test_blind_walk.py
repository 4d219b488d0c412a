"""With a blind task in hand, no page and no answer tells what the machine or a colleague thinks."""

import re

import pytest
from django.utils import timezone

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.domain.resolution import Claim
from labeling.models import ReviewTask
from labeling.services.labels import record_labels
from scoring.models import TransactionEvent
from tests.labeling.payments import draw_for_audit, hold
from tests.labeling.support import appeal

pytestmark = pytest.mark.django_db

# What decide and the rows of an audit leave behind: score, margin, reasons, strata, outcomes.
TELLING = (
    "0.97",
    "0.970",
    "31 ×",
    "customer_amount",
    "1.96",
    "Drawn by lot",
    "drawn_by_lot",
    "block:s6",
    "captured",
    "What we hold for true",
    "UA77",
    "third",
)
OUTCOME_OF_THE_BLIND = re.compile(r"(Declined|Blocked|blocked after|the lot fell)")


def told(body: str) -> list[str]:
    """The telling words in a page; "81.96%" is a place in a picture and tells nothing."""
    return [word for word in TELLING if re.search(rf"(?<![\d.]){re.escape(word)}(?![\d%])", body)]


def test_a_telling_number_is_known_from_a_place_in_a_picture() -> None:
    assert told("<dd>+1.96</dd> a score of 0.97.") == ["0.97", "1.96"]
    assert told('<circle cx="81.96%" cy="1.96%"/>') == []


@pytest.fixture
def blind(alice):
    """A blocked payment that the lot chose; Alice holds its task."""
    clock = timezone.now()
    payment = draw_for_audit("block", now=clock, customer_id="C-blind", amount="333.33")
    TransactionEvent.objects.create(
        transaction=payment, type="captured", occurred_at=clock, received_at=clock
    )
    claim = Claim(payment.pk, "fraud", "chargeback", clock, reason="UA77", fraud_type="third_party")
    record_labels(claims=[claim], now=clock)
    services.open_cases(now=clock)
    task = services.claim_task(reviewer=alice, now=clock)
    assert task.blind
    return task


def addresses(task: ReviewTask) -> list[str]:
    external_id = task.items.get().transaction.external_id
    return [
        "/queue/",
        "/queue/?held=1",
        "/queue/?held=1&lane=blind",
        "/queue/?held=1&lane=audit",
        "/queue/?held=1&lane=value",
        f"/tasks/{task.pk}/",
        f"/transactions/{external_id}/",
        "/transactions/?q=C-blind",
        "/transactions/?score_from=0.5",
        "/practice/",
        "/me/",
        f"/transactions/?q={external_id}",
        f"/api/v1/transactions/{external_id}/",
        f"/api/v1/decisions/{external_id}/",
        f"/support/{external_id}/",
        "/support/?q=C-blind",
        "/api/v1/appeals/",
        f"/api/v1/appeals/?external_id={external_id}",
        f"/api/v1/tasks/{task.pk}/",
        f"/api/v1/tasks/{task.pk}/linked/",
        "/api/v1/reason-codes/",
        "/api/v1/cases/",
        "/api/v1/cases/?held=1&lane=blind",
        "/dashboards/review/",
        "/team/",
        "/team/dispositions/?do=approve",
        "/team/dispositions/?do=decline&customer=C-blind",
        f"/team/tasks/{task.pk}/",
        f"/team/cases/{task.case_id}/reopen/",
    ]


def test_nothing_tells_the_holder_of_a_blind_task(blind, alice, client_of) -> None:
    client = client_of(alice)
    for address in addresses(blind):
        answer = client.get(address, follow=True)
        body = answer.content.decode()
        assert not told(body), address
        assert not OUTCOME_OF_THE_BLIND.search(body), address


def test_a_colleague_who_could_be_served_it_learns_nothing_either(blind, bob, client_of) -> None:
    client = client_of(bob)
    for address in [*addresses(blind), f"/cases/{blind.case_id}/"]:
        body = client.get(address, follow=True).content.decode()
        assert not told(body), address


def test_a_lead_learns_nothing_from_the_pages_of_support(blind, lea, sam, client_of) -> None:
    appeal(blind.items.get().transaction, sam, now=timezone.now())
    client = client_of(lea)
    for address in addresses(blind):
        answer = client.get(address, follow=True)
        body = answer.content.decode()
        assert not told(body), address
        assert not OUTCOME_OF_THE_BLIND.search(body), address
        assert "It was me, at my usual shop" not in body, address


def test_a_lead_who_holds_it_learns_nothing_from_the_team(blind, alice, lea, client_of) -> None:
    clock = timezone.now()
    services.release_task(task_id=blind.pk, token=blind.token, reviewer=alice, now=clock)
    assert services.claim_task(reviewer=lea, now=clock).pk == blind.pk
    client = client_of(lea)
    for address in addresses(blind):
        answer = client.get(address, follow=True)
        assert answer.status_code == 200 or not address.startswith("/team/"), address
        body = answer.content.decode()
        assert not told(body) and not OUTCOME_OF_THE_BLIND.search(body), address


def test_the_lane_of_a_blind_task_cannot_be_asked_for(blind, alice, client_of) -> None:
    page = client_of(alice).get("/queue/?held=1&lane=audit").content.decode()
    assert "333.33" not in page


def test_a_second_look_does_not_see_the_first(alice, bob, client_of) -> None:
    clock = timezone.now()
    payment = hold(now=clock)
    services.open_cases(now=clock)
    task = services.claim_task(reviewer=alice, now=clock)
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=alice,
        judgements=Judgement(VerdictValue.CANNOT_TELL, note="Smells of takeover"),
        now=clock,
    )
    second = services.claim_task(reviewer=bob, now=timezone.now())
    client = client_of(bob)
    for address in (
        f"/tasks/{second.pk}/",
        f"/cases/{second.case_id}/",
        f"/transactions/{payment.external_id}/",
    ):
        body = client.get(address, follow=True).content.decode()
        assert "Smells of takeover" not in body and "Cannot tell</span>" not in body.replace(
            "<span>Cannot tell</span>", ""
        ), address


def test_the_opinion_is_absent_from_the_html_and_not_merely_hidden(blind, alice, client_of) -> None:
    body = client_of(alice).get(f"/tasks/{blind.pk}/").content.decode()
    assert "You decide first" in body
    for word in (
        "What the model says",
        "contributions",
        "score-bar",
        "review from",
        "Then</legend>",
    ):
        assert word not in body
