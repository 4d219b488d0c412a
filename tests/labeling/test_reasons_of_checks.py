"""A small lot falls on everybody's verdicts, whoever they are; all checks look the same."""

from collections import Counter

import pytest
from django.core.exceptions import ImproperlyConfigured

from fraudreview import environment
from labeling import services
from labeling.domain.second_review import Reason
from labeling.models import ReviewItem, SecondReviewDraw, Verdict
from labeling.selectors.second_reviews import checked_pairs, checked_reviewers
from labeling.services.second_reviews import look_again, set_second_review_share
from tests.labeling.checks import judge
from tests.labeling.payments import hold

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def checking(settings):
    settings.FRAUDREVIEW_SECOND_REVIEWS = True
    settings.FRAUDREVIEW_DATA_KEY = "the same lots in every run of these tests, everywhere"


@pytest.fixture
def experienced(alice, lea, now):
    """Alice, of whom a lead says that only the lot of everybody should fall on her."""
    set_second_review_share(reviewer=alice, percent=0, reason="Ten years here", lead=lea, now=now)
    return alice


def draws(reason: Reason):
    return SecondReviewDraw.objects.filter(reason=reason)


def test_the_random_lot_falls_on_the_experienced_too(now, experienced, settings) -> None:
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 0.2
    for number in range(40):
        hold(now=now, external_id=f"lot-{number}")
        judge(experienced, "legitimate", now=now)
    lots = draws(Reason.RANDOM)
    assert lots.count() == 40 and set(lots.values_list("share", flat=True)) == {0.2}
    assert 2 <= lots.exclude(item=None).count() <= 16
    assert not draws(Reason.NEWCOMER).exclude(item=None).exists()


def test_its_coin_is_its_own(now, alice, settings) -> None:
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 0.5
    hold(now=now)
    judge(alice, "legitimate", now=now)
    assert len(set(SecondReviewDraw.objects.values_list("drawn", flat=True))) == 2


def test_one_check_serves_all_the_reasons_that_a_payment_has(now, alice, bob, settings) -> None:
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 1.0
    payment = hold(now=now)
    judge(alice, "fraud", now=now)
    item = ReviewItem.objects.get(transaction=payment, kind="check")
    assert Counter(SecondReviewDraw.objects.values_list("reason", "item")) == {
        ("random", item.pk): 1,
        ("newcomer", item.pk): 1,
    }
    judge(bob, "fraud", now=now)
    later = now.replace(year=now.year + 1)
    assert len(checked_pairs(since=now, until=later)) == 1
    assert len(checked_pairs(since=now, until=later, reviewer_id=alice.pk)) == 1
    assert not checked_pairs(since=now, until=later, reviewer_id=bob.pk)
    (row,) = [r for r in checked_reviewers(since=now, now=later) if r.person == alice]
    assert (row.agreement.pairs, row.share, row.waiting) == (1, 1.0, 0)


def test_the_lot_can_be_switched_off_alone(now, experienced, settings) -> None:
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 0.0
    hold(now=now)
    judge(experienced, "legitimate", now=now)
    assert not draws(Reason.RANDOM).exists()


def test_a_doubted_label_is_looked_at_again_without_a_lot(now, experienced, bob, settings) -> None:
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 0.0
    hold(now=now)
    judge(experienced, "fraud", now=now)
    (draw,) = look_again(list(Verdict.objects.all()), now=now)
    assert (draw.reason, draw.share, draw.probability) == ("label_error", None, None)
    assert look_again(list(Verdict.objects.all()), now=now) == []
    task = services.claim_task(reviewer=bob, now=now)
    assert task.pk == ReviewItem.objects.get(pk=draw.item_id).task_id
    assert task.why == "Selected for review."
    assert not checked_pairs(since=now, until=now.replace(year=now.year + 1))


def test_who_is_doubted_and_who_doubts_meet_a_third_person(now, experienced, bob, lea) -> None:
    hold(now=now)
    judge(experienced, "fraud", now=now)
    look_again(list(Verdict.objects.all()), now=now)
    judge(bob, "legitimate", now=now)
    task = services.claim_task(reviewer=lea, now=now)
    assert (task.kind, task.blind) == ("adjudication", True)


def test_a_share_of_the_environment_must_be_one(monkeypatch) -> None:
    assert environment.share_or("A_SHARE", 0.05) == 0.05
    monkeypatch.setenv("A_SHARE", "0")
    assert environment.share_or("A_SHARE", 0.05) == 0.0
    monkeypatch.setenv("A_SHARE", "5")
    with pytest.raises(ImproperlyConfigured):
        environment.share_or("A_SHARE", 0.05)
