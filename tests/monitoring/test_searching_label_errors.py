"""The search queues a few doubted labels for a blind look, and says why where it does not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling.models import Label, ReviewItem, SecondReviewDraw
from labeling.selectors.labels import resolved_label
from labeling.services.second_reviews import set_second_review_share
from monitoring.models import LabelErrorCandidate, LabelErrorSearch
from monitoring.selectors.dashboards import review_dashboard
from monitoring.services import reports
from monitoring.services.label_errors import (
    request_search,
    request_weekly_search,
    run_requested_search,
)
from scoring.domain.errors import Conflict
from tests.labeling.checks import judge
from tests.monitoring.labelled import add_labelled_payments

pytestmark = pytest.mark.django_db
PAGE = "/dashboards/review/"


@pytest.fixture(autouse=True)
def checking(settings, alice, lea, now):
    """Only doubts are checked."""
    settings.FRAUDREVIEW_SECOND_REVIEWS = True
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 0.0
    set_second_review_share(reviewer=alice, percent=0, reason="Ten years here", lead=lea, now=now)


@pytest.fixture
def history(now):
    """Eighteen days in which every fraud is above 200, and nothing else is about 120."""
    return add_labelled_payments(days=18, per_day=90, label_after=timedelta(hours=6))


@pytest.fixture
def say(production_model, send, decide_now, now, alice):
    """Alice reviews a payment of 120 and says this."""

    def said(external_id: str, value: str):
        payment = send(external_id, amount="120.00", customer_id=f"of-{external_id}")
        decide_now()
        judge(alice, value, now=now)
        return payment

    return said


def search(now) -> LabelErrorSearch:
    request_search(by=None, now=now)
    return run_requested_search(clock=lambda: now + timedelta(minutes=1))


def test_a_verdict_against_all_experience_is_looked_at_again(history, say, now, bob) -> None:
    wrong, right = say("wrong", "fraud"), say("right", "legitimate")
    done = search(now)
    assert (done.refused, done.opinions, done.doubted) == ("", 2, 1)
    assert done.labels > 1_500 and done.frauds > 50 and done.finished_at is not None
    candidate = LabelErrorCandidate.objects.get()
    assert candidate.draw.item.transaction == wrong
    assert (candidate.value, candidate.draw.reason) == ("fraud", "label_error")
    assert candidate.self_confidence < 0.2
    assert resolved_label(wrong.pk, as_of=now).value == "fraud", "no machine changes a label"
    assert not ReviewItem.objects.filter(transaction=right, kind="check").exists()
    assert Label.objects.filter(transaction=wrong).count() == 1


def test_what_became_of_it_is_told_once_it_is_settled(
    history, say, now, bob, lea, client_of
) -> None:
    say("wrong", "fraud")
    search(now)
    later = now + timedelta(minutes=2)
    judge(bob, "legitimate", now=later)

    def told():
        reports.run_report(kind="review", now=later)
        found = review_dashboard(now=later)
        return found.doubts, found.reported.settled_doubts

    found, settled = told()
    assert (settled.waiting, found.rows) == (1, ()), "its label would tell too much"
    judge(lea, "legitimate", now=later)
    found, settled = told()
    assert (settled.other, settled.waiting, found.newest.doubted) == (1, 0, 1)
    assert [(row.external_id, row.became) for row in found.rows] == [("wrong", "overturned")]
    payment = SecondReviewDraw.objects.filter(reason="label_error").get().item.transaction
    assert resolved_label(payment.pk, as_of=later).value == "legitimate"


def test_no_more_than_the_declared_number_a_week(history, say, now, settings) -> None:
    settings.FRAUDREVIEW_LABEL_ERROR_REVIEWS = 1
    for name in ("one", "other"):
        say(name, "fraud")
    assert search(now).doubted == 2
    again = search(now + timedelta(days=1))
    assert again.refused == "This week’s re-reviews are queued already."
    assert LabelErrorCandidate.objects.count() == 1
    search(now + timedelta(days=8))
    assert LabelErrorCandidate.objects.count() == 2


def test_with_too_few_labels_nothing_happens(now, say) -> None:
    done = search(now)
    assert done.refused == "0 labels, 0 of them frauds: this needs 1,000 and 50."
    assert not LabelErrorCandidate.objects.exists()


def test_without_a_model_nobody_doubts(history, now) -> None:
    assert search(now).refused == "No model is in production, so none can doubt a label."


def test_one_search_at_a_time(now) -> None:
    request_search(by=None, now=now)
    with pytest.raises(Conflict):
        request_search(by=None, now=now)
    assert request_weekly_search(now=now) is None
    assert LabelErrorSearch.objects.count() == 1
    assert run_requested_search(clock=lambda: now) is not None
    assert run_requested_search(clock=lambda: now) is None


def test_leads_and_admins_ask_for_one_and_managers_only_read(client_of, lea, max_) -> None:
    assert client_of(max_).post(f"{PAGE}label-errors/").status_code == 403
    assert "Search now" not in client_of(max_).get(PAGE).content.decode()
    client = client_of(lea)
    assert "Search now" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}label-errors/")
    assert LabelErrorSearch.objects.get().requested_by == lea
    text = client.post(f"{PAGE}label-errors/", follow=True).content.decode()
    assert "A search for label errors is under way." in text
    run_requested_search(clock=timezone.now)
    assert "No model is in production" in client.get(PAGE).content.decode()
