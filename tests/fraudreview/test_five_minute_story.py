"""The five-minute story of docs/story.md, over the pages and REST, with real rows.

An attack appears as one case and is declined, the payment company is told, one customer
contradicts, the appeal is decided by somebody new, and the rate of wrongful declines moves.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import services
from labeling.models import PendingVerdict, ReviewCase, ReviewTask
from monitoring.services.reports import run_report
from scoring.models import Disposition
from scoring.services import score_pending
from scoring.services.webhooks import create_endpoint, deliver_webhooks
from tests.monitoring.decided import Answers, add_decided
from tests.receivers import receiver

pytestmark = pytest.mark.django_db
ATTACK = ("attack-1", "attack-2", "attack-3")
# Of the honest payments before the story, so many were wrongly declined.
HONEST, WRONGLY_DECLINED = 40, 12


@pytest.fixture
def shop(settings, dana):
    """The payment company, which listens."""
    settings.FRAUDREVIEW_WEBHOOK_PRIVATE = True
    with receiver() as here:
        events = ["decision.final", "appeal.decided"]
        create_endpoint(name="shop", url=here.url, events=events, by=dana, now=timezone.now())
        yield here


@pytest.fixture
def company(api_key):
    """The program of the payment company."""
    return api_key("transactions:write", "decisions:read", "metrics:read")


def wait_ten_seconds() -> None:
    """Until the verdict can no longer be taken back, and the server commits it."""
    now = timezone.now()
    PendingVerdict.objects.filter(end="").update(commits_at=now)
    services.commit_due(now=now)


def a_past_with_wrongful_declines() -> None:
    now = timezone.now()
    earlier = add_decided(
        "review", HONEST, at=now - timedelta(hours=3), answers=Answers(legitimate=HONEST)
    )
    for number in earlier[:WRONGLY_DECLINED]:
        Disposition.objects.create(
            transaction_id=number,
            action="decline",
            cause="timeout",
            disposed_at=now - timedelta(hours=2),
        )


def send_the_attack(company) -> None:
    payments = [
        {
            "external_id": external_id,
            "occurred_at": timezone.now().isoformat(),
            "amount": "150.00",
            "currency": "EUR",
            "customer_id": "C-204418",
            "merchant_id": "voltbyte",
        }
        for external_id in ATTACK
    ]
    assert company.post("/api/v1/transactions/", payments, format="json").status_code == 202
    # What the workers do next, in the order in which they do it.
    score_pending(clock=timezone.now)
    services.open_cases(now=timezone.now())


def decide_next(browser, verdict: str, reason: str = "") -> ReviewTask:
    """Press Next case and one verdict for all payments on the page."""
    address = browser.post("/queue/next/").url
    task = ReviewTask.objects.get(pk=re.search(r"/tasks/(\d+)/", address)[1])
    assert browser.get(address).status_code == 200
    items = list(task.items.values_list("pk", flat=True))
    form = {"token": task.token, "verdict": verdict, "reason_code": reason, "items": items}
    assert browser.post(f"{address}verdict/", form).status_code == 302
    wait_ten_seconds()
    return task


def outcome(company, external_id: str) -> tuple[str, str | None]:
    told = company.get(f"/api/v1/decisions/{external_id}/").json()
    return told["final_outcome"], told["disposition"]


def heard(shop) -> list[tuple[str, str, str]]:
    """What the payment company was told since it was last asked: payment, cause, outcome."""
    deliver_webhooks(clock=timezone.now)
    told = [
        (
            request.data["external_id"],
            request.told.get("cause", request.told["type"]),
            request.data.get("final_outcome") or request.data["status"],
        )
        for request in shop.requests
    ]
    shop.requests.clear()
    return told


def wrongful_declines(company) -> float:
    run_report(kind="performance", now=timezone.now())
    rates = company.get("/api/v1/metrics/performance/").json()["rates"]
    return float(rates["fpr"]["estimate"])


def test_the_story(shop, company, client_of, alice, bob, sam, production_model) -> None:
    a_past_with_wrongful_declines()

    send_the_attack(company)
    case = ReviewCase.objects.get()
    assert case.items.count() == len(ATTACK)
    assert outcome(company, "attack-1") == ("review", None)

    decide_next(client_of(alice), "fraud", "stolen_card")
    assert outcome(company, "attack-1") == ("block", "decline")
    assert sorted(heard(shop)) == [(each, "verdict", "block") for each in ATTACK]
    assert wrongful_declines(company) == pytest.approx(WRONGLY_DECLINED / HONEST)

    support = client_of(sam)
    address = support.get("/support/", {"q": "attack-2"}).url
    word = {"statement": "confirms", "channel": "phone", "verification": "documents"}
    support.post(f"{address}statements/", {**word, "reference": "T-1"})
    assert wrongful_declines(company) == pytest.approx((WRONGLY_DECLINED + 1) / (HONEST + 1))

    support.post(f"{address}appeals/", {"reason": "It was me.", "reference": "T-1"})
    # Alice declined it, so nothing waits for her.
    assert client_of(alice).post("/queue/next/").url == "/queue/"
    appealed = decide_next(client_of(bob), "legitimate")
    assert appealed.kind == "appeal"

    assert outcome(company, "attack-2") == ("approve", "release")
    assert outcome(company, "attack-1") == ("block", "decline")
    assert heard(shop) == [
        ("attack-2", "appeal", "approve"),
        ("attack-2", "appeal.decided", "granted"),
    ]
    assert "Granted" in support.get("/support/").content.decode()
    assert wrongful_declines(company) == pytest.approx(WRONGLY_DECLINED / (HONEST + 1))
