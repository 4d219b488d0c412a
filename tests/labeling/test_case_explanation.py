"""What the case page says of a score: reasons with their standing, waterfall, similar cases."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import ReviewTask, SimilarCases
from labeling.services.similar import find_similar_cases
from scoring.models import Transaction
from scoring.selectors.feature_sets import feature_set_named
from scoring.services import score_pending
from scoring.services.intake import accept_items
from scoring.services.references import keep_reference
from tests.labeling.payments import draw_for_audit, hold
from tests.models import example_rows, put_into_production

pytestmark = pytest.mark.django_db
LEGITIMATE = Judgement(VerdictValue.LEGITIMATE)
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


def claim_page(client) -> str:
    answer = client.post("/queue/next/")
    return client.get(answer["Location"]).content.decode().replace(NARROW_SPACE, " ")


def decide(reviewer, *, now, judgement=LEGITIMATE) -> ReviewTask:
    task = services.claim_task(reviewer=reviewer, now=now)
    services.record_verdict(
        task_id=task.pk, token=task.token, reviewer=reviewer, judgements=judgement, now=now
    )
    return task


def send_scored(*, now) -> None:
    """A payment that a real model puts before a person."""
    version = put_into_production(now=now)
    keep_reference(version=version, values=example_rows(feature_set_named("card"))[0], now=now)
    record = {
        "external_id": "p1",
        "occurred_at": now.isoformat(),
        "amount": "150.00",
        "currency": "EUR",
        "customer_id": "C1",
    }
    assert not accept_items([record], now=now).errors
    score_pending(clock=lambda: now)
    services.open_cases(now=now)


def test_reasons_say_how_unusual_their_value_is(clock, alice, client_of, model_storage) -> None:
    send_scored(now=clock)
    page = claim_page(client_of(alice))
    assert "Amount is €150.00" in page
    assert "higher than 95 % of payments" in page


def test_the_waterfall_ends_at_the_score_in_probability(
    clock, alice, client_of, model_storage
) -> None:
    send_scored(now=clock)
    page = claim_page(client_of(alice))
    probability = Transaction.objects.get().decision.probability
    waterfall = page[page.index('<summary data-key="w"') :]
    assert f"{probability * 100:.0f} %</span>" in waterfall


def test_without_a_reference_the_reasons_are_told_as_at_the_decision(
    clock, alice, client_of
) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    page = claim_page(client_of(alice))
    assert "The amount is 31 × this customer’s 30-day mean" in page
    assert "of payments</span>" not in page


def test_similar_past_cases_show_their_outcome(clock, alice, client_of) -> None:
    earlier = clock - timedelta(days=3)
    hold(now=earlier, amount="998.00", merchant_id="PixelHaus")
    services.open_cases(now=earlier)
    decide(alice, now=earlier)
    hold(now=clock)
    services.open_cases(now=clock)
    assert find_similar_cases(now=clock) == 1
    page = claim_page(client_of(alice))
    similar = page[page.index('id="similar"') :]
    assert "€998.00" in similar and "PixelHaus" in similar and "by verdict, 3 days ago" in similar
    assert "Legitimate</span>" in similar


def test_a_verdict_of_today_is_no_settled_outcome(clock, alice) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    decide(alice, now=clock)
    hold(now=clock)
    services.open_cases(now=clock)
    find_similar_cases(now=clock + timedelta(hours=1))
    found = SimilarCases.objects.get()
    assert (found.payments, found.compared) == ([], 0)


def test_a_customer_is_not_similar_to_itself(clock, alice) -> None:
    earlier = clock - timedelta(days=3)
    hold(now=earlier, customer_id="victim")
    services.open_cases(now=earlier)
    decide(alice, now=earlier)
    hold(now=clock, customer_id="victim")
    services.open_cases(now=clock)
    find_similar_cases(now=clock)
    found = SimilarCases.objects.get(transaction__occurred_at__gt=earlier)
    assert (found.payments, found.compared) == ([], 1)
    assert find_similar_cases(now=clock) == 0


def test_a_blind_task_shows_similar_cases_only_after_the_verdict(clock, alice, client_of) -> None:
    earlier = clock - timedelta(days=3)
    hold(now=earlier, amount="998.00", merchant_id="PixelHaus")
    services.open_cases(now=earlier)
    decide(alice, now=earlier)
    draw_for_audit("approve", now=clock)
    services.open_cases(now=clock)
    find_similar_cases(now=clock)
    client = client_of(alice)
    assert "€998.00" not in claim_page(client)
    task = ReviewTask.objects.get(status="leased")
    services.record_verdict(
        task_id=task.pk, token=task.token, reviewer=alice, judgements=LEGITIMATE, now=clock
    )
    assert "€998.00" in client.get(f"/tasks/{task.pk}/").content.decode()


def test_an_explanation_can_be_kept_back_by_lot_until_the_verdict(
    clock, alice, client_of, api_key
) -> None:
    hold(now=clock, customer_id="victim")
    hold(now=clock, customer_id="victim")
    services.open_cases(now=clock)
    find_similar_cases(now=clock)
    ReviewTask.objects.update(presentation="explanation_hidden")
    client = client_of(alice)
    page = claim_page(client)
    assert "Explanation kept back for this case, by lot." in page
    assert "0.71" in page and "review from 0.30" in page
    for told in ("30-day mean<", "31 ×", "Waterfall", "Similar past cases", "Customer for 2 years"):
        assert told not in page
    claimed = api_key("review", acts_for=alice).post("/api/v1/tasks/claim/").json()["case"]
    assert claimed["why"] == "" and claimed["items"][0]["opinion"]["probability"] == 0.71
    assert claimed["items"][0]["opinion"]["reason_codes"] == []
    task = ReviewTask.objects.get()
    services.record_verdict(
        task_id=task.pk, token=task.token, reviewer=alice, judgements=LEGITIMATE, now=clock
    )
    assert "31 ×" in client.get(f"/cases/{task.case_id}/").content.decode()
