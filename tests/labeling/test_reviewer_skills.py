"""What the truth says of reviewers, each source apart, and to themselves once a week."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling.domain.resolution import Claim
from labeling.domain.skill import SkillSource
from labeling.domain.weeks import monday_of
from labeling.models import PracticeAnswer
from labeling.selectors.my_weeks import my_weeks
from labeling.selectors.skills import reviewer_skills
from labeling.services.labels import record_labels
from labeling.services.second_reviews import look_again, set_second_review_share
from tests.labeling.checks import judge
from tests.labeling.payments import hold

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def checking(settings):
    settings.FRAUDREVIEW_SECOND_REVIEWS = True
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 1.0


def skills(now, **asked):
    return reviewer_skills(since=now - HOUR, until=now + HOUR, **asked)


def told(skill):
    return (skill.frauds.right, skill.frauds.of, skill.honest.right, skill.honest.of)


def test_checks_count_what_two_agree_on_or_the_third_settles(now, alice, bob, lea) -> None:
    hold(now=now)
    judge(alice, "fraud", now=now)
    judge(bob, "fraud", now=now)
    hold(now=now)
    judge(alice, "legitimate", now=now)
    judge(bob, "fraud", now=now)
    assert told(skills(now)[alice.pk][SkillSource.CHECKS]) == (1, 1, 0, 0), "one is disputed"
    judge(lea, "fraud", now=now)
    assert told(skills(now)[alice.pk][SkillSource.CHECKS]) == (1, 2, 0, 0)
    assert bob.pk not in skills(now), "who checks is not checked by it"


def test_a_third_word_that_came_later_was_not_known_then(now, alice, bob, lea) -> None:
    hold(now=now)
    judge(alice, "legitimate", now=now)
    judge(bob, "fraud", now=now)
    judge(lea, "fraud", now=now + 2 * HOUR)
    assert alice.pk not in skills(now)
    later = reviewer_skills(since=now - HOUR, until=now + 3 * HOUR)
    assert told(later[alice.pk][SkillSource.CHECKS]) == (0, 1, 0, 0)


def test_a_doubted_label_says_nothing_of_its_reviewer(now, alice, bob, lea, settings) -> None:
    """It was chosen because it looked wrong."""
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 0.0
    set_second_review_share(reviewer=alice, percent=0, reason="Ten years here", lead=lea, now=now)
    hold(now=now)
    judge(alice, "fraud", now=now)
    look_again([alice.verdicts.get()], now=now)
    judge(bob, "fraud", now=now)
    assert skills(now) == {}


def test_chargebacks_and_customers_count_apart(now, alice, settings) -> None:
    settings.FRAUDREVIEW_SECOND_REVIEWS = False
    missed, honest, silent = (hold(now=now) for _ in range(3))
    for _ in range(3):
        judge(alice, "legitimate", now=now)
    record_labels(
        claims=[
            Claim(missed.pk, "fraud", "chargeback", now),
            Claim(honest.pk, "legitimate", "customer_confirmation", now),
            Claim(silent.pk, "legitimate", "matured", now),
        ],
        now=now,
    )
    assert {s: told(k) for s, k in skills(now)[alice.pk].items()} == {
        SkillSource.OUTCOMES: (0, 1, 1, 1)
    }


def practise(reviewer, value, truth, now):
    PracticeAnswer.objects.create(
        reviewer=reviewer,
        transaction=hold(now=now),
        value=value,
        truth=truth,
        truth_source="chargeback",
        given_at=now,
    )


def test_practice_counts_apart_and_one_person_can_be_asked_for(now, alice, bob) -> None:
    practise(alice, "fraud", "fraud", now)
    practise(alice, "fraud", "legitimate", now)
    practise(alice, "cannot_tell", "fraud", now)
    practise(bob, "fraud", "fraud", now)
    assert told(skills(now)[alice.pk][SkillSource.PRACTICE]) == (1, 1, 0, 1)
    assert set(skills(now, reviewer_id=bob.pk)) == {bob.pk}
    assert reviewer_skills(since=now + HOUR, until=now + 2 * HOUR) == {}


def test_the_reviewer_sees_whole_past_weeks_only(alice, client_of) -> None:
    now = timezone.now()
    practise(alice, "fraud", "fraud", now)
    told_now = my_weeks(reviewer=alice, now=now)
    assert told_now.skills == () and told_now.whole_until == monday_of(timezone.localdate())
    assert "has met the truth yet" in client_of(alice).get("/me/").content.decode()
    practise(alice, "fraud", "fraud", now - timedelta(days=7))
    ((title, skill),) = my_weeks(reviewer=alice, now=now).skills
    assert (title, told(skill)) == ("Practice", (1, 1, 0, 0))
    page = client_of(alice).get("/me/").content.decode()
    assert "Sensitivity" in page and "1 of 1" in page and "a Beta(½, ½)" in page
