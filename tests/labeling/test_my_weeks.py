"""One's own work week by week, with intervals, and what is too young or too little to say."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.domain.weeks import Task, monday_of, weeks
from labeling.models import Label, SecondReviewShare
from labeling.selectors.my_weeks import my_weeks
from tests.labeling.payments import hold

FRAUD = Judgement(VerdictValue.FRAUD, "stolen_card")
LEGITIMATE = Judgement(VerdictValue.LEGITIMATE)
TODAY = date(2026, 11, 19)


def judge(reviewer, judgement, now, seconds=60.0):
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=reviewer, now=now)
    (verdict,) = services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=reviewer,
        judgements=judgement,
        active_seconds=seconds,
        now=now,
    )
    return verdict


def test_weeks_begin_on_monday_and_the_newest_comes_first() -> None:
    told = weeks([Task(date(2026, 11, 15), 2, 2, 0, 30.0)], [], today=TODAY)
    assert [week.monday for week in told[:2]] == [date(2026, 11, 16), date(2026, 11, 9)]
    assert len(told) == 8 and monday_of(date(2026, 11, 15)) == date(2026, 11, 9)
    assert (told[0].cases, told[1].cases, told[1].payments) == (0, 1, 2)


def test_the_current_week_is_not_over_and_the_young_ones_are_named() -> None:
    told = weeks([], [], today=TODAY)
    assert [week.unfinished for week in told] == [True, *[False] * 7]
    assert [week.young for week in told] == [True] * 6 + [False] * 2


def test_minutes_are_only_those_that_were_measured() -> None:
    tasks = [Task(TODAY, 1, 1, 0, 60.0), Task(TODAY, 1, 1, 0, 180.0), Task(TODAY, 1, 1, 0, None)]
    week = weeks(tasks, [(TODAY, "skipped"), (TODAY, "undone")], today=TODAY)[0]
    assert (week.cases, week.active_minutes, week.median_minutes) == (3, 4.0, 2.0)
    assert (week.skipped, week.escalated, week.undone) == (1, 0, 1)
    empty = weeks([], [], today=TODAY)[0]
    assert empty.active_minutes is None and empty.median_minutes is None


@pytest.mark.django_db
def test_what_stronger_labels_say_otherwise_is_counted_with_its_interval(now, alice) -> None:
    verdicts = [judge(alice, LEGITIMATE, now) for _ in range(4)]
    later = now + timedelta(days=2)
    Label.objects.create(
        transaction=verdicts[0].item.transaction,
        value="fraud",
        source="chargeback",
        known_at=later,
        recorded_at=later,
    )
    told = my_weeks(reviewer=alice, now=later)
    assert (told.contradicted.hits, told.contradicted.of) == (1, 4)
    assert told.contradicted.low < 0.25 < told.contradicted.high
    assert (told.verdicts, told.old) == (4, 0)


@pytest.mark.django_db
def test_agreement_waits_for_ten_checks(now, alice, bob, settings) -> None:
    settings.FRAUDREVIEW_SECOND_REVIEWS = True
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 0.0
    SecondReviewShare.objects.create(
        reviewer=bob, percent=0, reason="Not of Bob", set_by=bob, set_at=now
    )
    for number in range(10):
        assert my_weeks(reviewer=alice, now=now + timedelta(hours=1)).agreement is None
        judge(alice, FRAUD, now)
        task = services.claim_task(reviewer=bob, now=now)
        services.record_verdict(
            task_id=task.pk,
            token=task.token,
            reviewer=bob,
            judgements=FRAUD if number else LEGITIMATE,
            now=now,
        )
    told = my_weeks(reviewer=alice, now=now + timedelta(hours=1))
    assert (told.agreement.hits, told.agreement.of) == (9, 10)
    assert told.fraud_agreement.share == pytest.approx(18 / 19)


@pytest.mark.django_db
def test_everybody_sees_their_own_and_leads_see_everybodys(alice, bob, lea, client_of) -> None:
    judge(alice, LEGITIMATE, timezone.now())
    page = client_of(alice).get("/me/").content.decode()
    assert "My weeks" in page and "not over" in page and "Who is checked" not in page
    assert client_of(bob).get("/me/alice/").status_code == 403
    theirs = client_of(lea).get("/me/alice/").content.decode()
    assert "Weeks of Alice" in theirs and "Who is checked how often" in theirs
    assert client_of(lea).get("/me/nobody/").status_code == 404


@pytest.mark.django_db
def test_a_lead_sets_a_share_with_a_reason(alice, lea, client_of) -> None:
    client = client_of(lea)
    client.post("/me/alice/share/", {"percent": "40", "reason": "Back after a year away"})
    row = SecondReviewShare.objects.get()
    assert (row.reviewer, row.percent, row.set_by) == (alice, 40, lea)
    client.post("/me/alice/share/", {"percent": "x", "reason": "A slip of the finger"})
    assert SecondReviewShare.objects.count() == 1


@pytest.mark.django_db
def test_nobody_sets_their_own_share(lea, client_of) -> None:
    client_of(lea).post("/me/lea/share/", {"percent": "0", "reason": "I know what I do"})
    assert not SecondReviewShare.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"source": "chargeback", "reason": "13.1"},
        {"source": "chargeback", "reason": "12.5"},
        {"source": "chargeback", "dispute_stage": "arbitration_won"},
    ],
)
@pytest.mark.django_db
def test_what_does_not_mean_fraud_contradicts_nobody(now, alice, said) -> None:
    verdict = judge(alice, LEGITIMATE, now)
    later = now + timedelta(days=2)
    Label.objects.create(
        transaction=verdict.item.transaction,
        **{"value": "fraud", "known_at": later, "recorded_at": later, **said},
    )
    told = my_weeks(reviewer=alice, now=later)
    assert (told.contradicted.hits, told.contradicted.of) == (0, 1)


@pytest.mark.django_db
def test_who_could_not_tell_cannot_be_contradicted(now, alice) -> None:
    judge(alice, Judgement(VerdictValue.CANNOT_TELL), now)
    told = my_weeks(reviewer=alice, now=now + timedelta(hours=1))
    assert told.verdicts == 0 and told.contradicted is None
    assert told.weeks[0].payments == 1


@pytest.mark.django_db
def test_the_numbers_can_be_taken_along(alice, client_of) -> None:
    answer = client_of(alice).get("/me/?format=csv")
    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"].startswith("text/csv") and len(lines) == 9
    assert lines[0].startswith("monday,cases,payments")


@pytest.mark.django_db
def test_the_page_takes_a_fixed_number_of_queries(
    alice, client_of, django_assert_max_num_queries
) -> None:
    for _ in range(12):
        judge(alice, LEGITIMATE, timezone.now())
    client = client_of(alice)
    client.get("/me/")
    with django_assert_max_num_queries(12):
        client.get("/me/")
