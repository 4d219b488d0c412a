"""The page on people and labels: what the lot hid, compared with what it showed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.domain.presentation import Arm
from labeling.domain.resolution import Claim
from labeling.models import ReviewTask, Verdict
from labeling.services.labels import record_labels
from monitoring.domain.anchoring import UNKNOWN, anchoring
from monitoring.selectors.anchoring import looks_hiding
from monitoring.selectors.dashboards import review_dashboard
from monitoring.services.reports import run_report
from scoring.models import PolicyActivation
from tests.labeling.payments import hold, policy_with_model

pytestmark = pytest.mark.django_db
PAGE = "/dashboards/review/"
FRAUD = Judgement(VerdictValue.FRAUD, reason_code="stolen_card")
LEGITIMATE = Judgement(VerdictValue.LEGITIMATE)
PAYMENTS = 32


@pytest.fixture
def clock():
    return timezone.now()


@pytest.fixture
def hiding(clock, settings):
    """The policy that decides: it hides the score from half of the first looks."""
    settings.FRAUDREVIEW_DATA_KEY = "the same lots in every run of these tests, everywhere"
    policy = policy_with_model(now=clock, score_hidden_share=0.5)
    PolicyActivation.objects.create(policy=policy, activated_at=clock, reason="Test")
    return policy


def look(task: ReviewTask, reviewer, now) -> None:
    """Say legitimate unless a score of 0.71 can be seen; after every fourth reveal go over."""

    def say(judgement) -> None:
        services.record_verdict(
            task_id=task.pk,
            token=task.token,
            reviewer=reviewer,
            judgements=judgement,
            now=now,
            active_seconds=30.0 if task.blind else 20.0,
        )

    sways = task.kind == "first" and not task.blind and task.headline.decision.probability > 0.5
    say(FRAUD if sways else LEGITIMATE)
    if task.kind == "first" and task.blind and task.headline.decision.probability > 0.5:
        blind = Verdict.objects.filter(task__kind="first", blind=True).count()
        if blind % 4 == 0:
            services.change_verdict(task_id=task.pk, reviewer=reviewer, judgement=FRAUD, now=now)


@pytest.fixture
def judged(hiding, clock, alice, bob):
    """Payments, half of them with a high score, judged in turn by two who follow it."""
    for number in range(PAYMENTS):
        hold(
            now=clock,
            probability=0.71 if number % 2 else 0.35,
            external_id=f"held-{number}",
            customer_id=f"held-by-{number}",
        )
    services.open_cases(now=clock)
    for turn in range(PAYMENTS):
        reviewer = (alice, bob)[turn % 2]
        task = services.claim_task(reviewer=reviewer, now=clock)
        look(task, reviewer, clock)
    return clock


def test_before_the_first_report_the_page_says_when_it_comes(client_of, max_) -> None:
    text = client_of(max_).get(PAGE).content.decode()
    assert "No report yet" in text and "they are right every 1 h" in text
    assert "Nothing is hidden" not in text and "As of" not in text


def test_where_no_arm_is_on_the_page_says_so(client_of, max_, clock) -> None:
    run_report(kind="review", now=clock)
    text = client_of(max_).get(PAGE).content.decode()
    assert "No arm is on: policy 1 shows everything to everybody." in text
    assert "Nothing is hidden, so nothing can be compared" in text
    assert text.count('class="empty small"') == 6 and "<table" not in text


def test_an_arm_without_looks_says_what_is_missing(hiding, client_of, max_, clock) -> None:
    run_report(kind="review", now=clock)
    text = client_of(max_).get(PAGE).content.decode()
    assert "Policy 7 hides the score from 50" in text
    assert "0 verdicts in the smaller arm so far; this needs 8." in text


def test_reviewers_who_follow_the_score_are_found_out(judged) -> None:
    looks = looks_hiding(Arm.FACTS_FIRST, since=judged - timedelta(days=1), now=judged)
    firsts = Verdict.objects.filter(task__kind="first", supersedes=None)
    assert len(looks) == firsts.count() >= PAYMENTS / 2
    assert looks.hidden.sum() == firsts.filter(blind=True).count()
    found = anchoring(looks)
    # They agree with a high score always where they see it, never where they do not; a low score
    # they would follow anyway.
    high = (looks.model == 1).mean()
    assert found.pull.estimate == pytest.approx(high, abs=0.12)
    assert found.fraud.estimate == pytest.approx(found.pull.estimate)
    assert found.time.estimate == pytest.approx(-10)
    second = Verdict.objects.exclude(supersedes=None).count()
    assert found.switch.events == second > 0


def test_what_reviewers_said_is_no_truth_and_a_chargeback_is(judged) -> None:
    later = judged + timedelta(days=8)
    verdict = Verdict.objects.filter(task__kind="first", supersedes=None).first()

    def truth() -> set[int]:
        since = judged - timedelta(days=1)
        return set(looks_hiding(Arm.FACTS_FIRST, since=since, now=later).truth.tolist())

    assert truth() == {UNKNOWN}
    record_labels(
        claims=[Claim(verdict.item.transaction_id, "fraud", "chargeback", later)], now=later
    )
    assert truth() == {UNKNOWN, 1}
    assert not len(looks_hiding(Arm.FACTS_FIRST, since=later, now=later))
    ReviewTask.objects.update(presentation_share=None)
    assert not len(looks_hiding(Arm.FACTS_FIRST, since=judged - timedelta(days=1), now=later))


def test_the_page_tells_the_measures_in_words_and_nothing_of_a_payment(
    judged, client_of, lea
) -> None:
    run_report(kind="review", now=judged)
    text = client_of(lea).get(PAGE).content.decode()
    assert "Pull towards the score" in text and "Goes over to the model" in text
    assert "held-" not in text and "Alice" not in text.split("<main")[1]
    (section,) = review_dashboard(now=judged).reported.sway.sections
    rows = {row.title: row for row in section.rows}
    assert rows["More time"].value == "−10.0 s"
    assert rows["Pull towards the score"].value.startswith("+")
    assert rows["Pull towards the score"].value.endswith("points")
    assert rows["Follows a wrong model"].refused == "0 verdicts of this kind so far; this needs 8."
