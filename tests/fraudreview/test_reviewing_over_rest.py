"""A program reviews over REST: every task judged once, by the rules of the desk."""

from datetime import timedelta
from functools import partial

import numpy as np
import pytest
from django.utils import timezone

from fraudreview.simulation.reviewers import Skill, review, trained
from labeling import services
from labeling.models import ReviewItem, ReviewTask, Verdict
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db


class Desk:
    """The API as a program calls it, without a network between."""

    def __init__(self, client) -> None:
        self.client = client

    def post(self, path, body):
        answer = self.client.post(f"/api/v1/{path}", body, format="json")
        return answer.status_code, answer.json() if answer.content else {}


def somebody(seed: int, **skill):
    rng = np.random.default_rng(seed)
    return trained(Skill(**skill), rng.standard_normal((500, 4)), rng), rng


def waiting(count: int) -> dict[str, bool]:
    """So many held payments, every third a fraud, and two audits."""
    now = timezone.now()
    truths = {}
    for number in range(count):
        fraud = number % 3 == 0
        payment = hold(now=now, amount=str(20 + 7 * number), probability=0.8 if fraud else 0.4)
        truths[payment.external_id] = fraud
    for _ in range(2):
        truths[draw_for_audit("approve", now=now).external_id] = False
    while services.open_cases(now=now):
        pass
    return truths


def test_two_programs_share_a_queue(api_key, alice, bob, lea) -> None:
    truths = waiting(30)
    done = []
    for seed, person in enumerate((alice, bob)):
        reviewer, rng = somebody(seed, missed_share=0.1, false_alarm_share=0.1)
        desk = Desk(api_key("review", acts_for=person))
        done.append(review(desk, reviewer, truths=truths, rng=rng, cases=16))
    assert not any(summary.errors for summary in done)
    assert sum(summary.cases + summary.skipped + summary.escalated for summary in done) == 32
    assert not ReviewTask.objects.filter(status="leased").exists()
    items = Verdict.objects.values_list("item", flat=True)
    assert len(items) == len(set(items)) == sum(summary.payments for summary in done)
    known, wrong = (sum(getattr(s, name) for s in done) for name in ("known", "wrong"))
    assert known > 25 and wrong / known < 0.35


def test_a_perfect_reviewer_is_never_wrong(api_key, alice, lea) -> None:
    truths = waiting(12)
    reviewer, rng = somebody(3, missed_share=1e-9, false_alarm_share=1e-9)
    desk = Desk(api_key("review", acts_for=alice))
    summary = review(desk, reviewer, truths=truths, rng=rng, cases=100)
    assert summary.wrong == 0 and summary.known > 8
    for verdict in Verdict.objects.select_related("item__transaction").exclude(value="cannot_tell"):
        assert (verdict.value == "fraud") == truths[verdict.item.transaction.external_id]


def test_a_lost_lease_is_counted_and_nothing_is_recorded(api_key, alice, lea) -> None:
    truths = waiting(1)
    reviewer, rng = somebody(4)

    def too_slow(seconds: float) -> None:
        services.expire_leases(now=timezone.now() + timedelta(minutes=11))

    desk = Desk(api_key("review", acts_for=alice))
    summary = review(desk, reviewer, truths=truths, rng=rng, cases=2, wait=too_slow)
    assert summary.cases == 0
    assert summary.lost + summary.skipped + summary.escalated > 0
    assert not Verdict.objects.exists()


def test_what_it_shall_leave_waits_for_somebody_else(api_key, alice, bob, lea) -> None:
    now = timezone.now()
    for _ in range(4):
        hold(now=now, customer_id="attacked")
    services.open_cases(now=now)
    reviewer, rng = somebody(5)
    desk = Desk(api_key("review", acts_for=alice))
    leaves = partial(longer_than, 3)
    summary = review(desk, reviewer, truths={}, rng=rng, cases=5, leaves=leaves)
    assert (summary.cases, summary.skipped) == (0, 1)
    assert ReviewItem.objects.filter(resolution="").count() == 4
    assert services.claim_task(reviewer=bob, now=timezone.now()) is not None


def longer_than(most: int, case: dict) -> bool:
    return len(case["items"]) > most


def test_the_day_ends_with_the_reviewers_minutes(api_key, alice, lea) -> None:
    truths = waiting(12)
    reviewer, rng = somebody(6, minutes=30.0, spread=0.0, minutes_per_day=60.0)
    desk = Desk(api_key("review", acts_for=alice))
    summary = review(desk, reviewer, truths=truths, rng=rng, cases=100)
    assert summary.minutes == pytest.approx(60.0)
