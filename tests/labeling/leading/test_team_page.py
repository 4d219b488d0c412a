"""The leads' page: who holds what, what will be late, what was wasted, what is coming."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import Reviewer, ReviewQueue
from labeling.selectors.team.people import colleagues
from labeling.selectors.team.queues import queue_states
from labeling.selectors.team.waste import wasted_time
from labeling.selectors.team.work import workload
from labeling.services.leading import pause_queue, reassign_task, set_duty, start_surge
from scoring.models import TransactionEvent
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db


def minutes(length: float) -> timedelta:
    return timedelta(minutes=length)


def test_it_shows_who_holds_what_since_when(clock, alice, bob, lea, client_of) -> None:
    hold(now=clock, amount="431.50")
    services.open_cases(now=clock)
    task = services.claim_task(reviewer=alice, now=clock)
    page = client_of(lea).get("/team/").content.decode()
    assert f'href="/cases/{task.case_id}/"' in page and "€431.50" in page
    assert timezone.localtime(clock).strftime("since %H:%M") in page
    assert f'href="/team/tasks/{task.pk}/"' in page


def test_a_manager_reads_and_changes_nothing(clock, alice, max_, client_of) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    services.claim_task(reviewer=alice, now=clock)
    page = client_of(max_).get("/team/").content.decode()
    content = page.split('<main id="main"')[1].split("</main>")[0]
    assert "Alice" in content and "<form" not in content
    for word in ("Reassign", "Begin a surge", "Dispose in bulk", "Pause", "Change"):
        assert f"{word}<" not in content


@pytest.mark.parametrize("person", ["alice", "sam", "charlie"])
def test_others_are_refused(person, request, client_of) -> None:
    assert client_of(request.getfixturevalue(person)).get("/team/").status_code == 403


def test_an_empty_desk_says_so(lea, client_of) -> None:
    page = client_of(lea).get("/team/").content.decode()
    assert "Nothing waits." in page and "None is expected to miss its deadline" in page
    assert "No case waits for its customer." in page and "Nothing yet." in page


def test_capacity_counts_who_is_on_duty(now, alice, bob, lea) -> None:
    Reviewer.objects.create(user=bob, minutes_per_day=240)
    set_duty(reviewer=lea, on_duty=False, actor=lea, now=now)
    work = workload(now=now)
    assert (work.on_duty, work.pace) == (2, 0.75 + 0.5)
    assert [row.name for row in colleagues(now=now) if row.on_duty] == ["Alice", "Bob"]


def test_too_much_work_is_named_before_it_is_late(now, alice) -> None:
    for _ in range(20):
        hold(now=now, minutes=30)
    services.open_cases(now=now)
    work = workload(now=now)
    # 4 minutes each, by somebody who reviews 360 of 480 minutes: 5 in half an hour.
    assert (work.waiting, work.backlog, work.late) == (20, 80.0, 15)
    assert len(work.named) == 12


def test_blind_cases_are_counted_and_never_named(now, alice) -> None:
    for _ in range(30):
        draw_for_audit("block", now=now)
    services.open_cases(now=now)
    work = workload(now=now)
    assert work.late == work.blind > 0 and not work.named


def test_what_rests_is_not_expected(now, alice, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    queue = ReviewQueue.objects.get(name="general")
    pause_queue(queue_id=queue.pk, reason="Training", actor=lea, now=now)
    work = workload(now=now)
    assert (work.waiting, work.foreseen, work.resting) == (1, 0, 1)


def test_arrivals_are_foreseen_by_the_hour(now, alice) -> None:
    for day in (1, 2):
        for _ in range(3):
            hold(now=now - timedelta(days=day))
        services.open_cases(now=now - timedelta(days=day))
    work = workload(now=now)
    by_hour = {hour.begins.hour: hour.work for hour in work.hours}
    assert by_hour.pop(12) == pytest.approx(3 * 4.0)
    assert set(by_hour.values()) == {0.0}
    assert len(work.hours) == 24 and work.capacity == pytest.approx(360)


def test_queues_tell_ages_and_lateness(now, alice) -> None:
    for age in (50, 20, 10):
        hold(now=now - minutes(age), minutes=30)
        services.open_cases(now=now - minutes(age))
    state = next(row for row in queue_states(now=now) if row.queue.name == "general")
    assert (state.open, state.late, state.worth) == (3, 1, Decimal("360.00"))
    assert (state.oldest, state.median) == (minutes(50), minutes(20))
    empty = next(row for row in queue_states(now=now) if row.queue.name == "high-value")
    assert (empty.open, empty.oldest, empty.worth) == (0, None, 0)


def test_time_that_came_to_nothing_is_told_by_its_end(now, alice, bob, lea) -> None:
    def claim(reviewer, at):
        return services.claim_task(reviewer=reviewer, now=at)

    payment = hold(now=now)
    services.open_cases(now=now)
    claim(alice, now)
    services.expire_leases(now=now + minutes(10))
    held = claim(bob, now + minutes(10))
    services.skip_task(
        task_id=held.pk, token=held.token, reviewer=bob, reason="A friend", now=now + minutes(13)
    )
    held = claim(alice, now + minutes(20))
    services.release_task(task_id=held.pk, token=held.token, reviewer=alice, now=now + minutes(24))
    held = claim(alice, now + minutes(30))
    reassign_task(task_id=held.pk, reason="She is ill", actor=lea, now=now + minutes(31))
    claim(lea, now + minutes(40))
    TransactionEvent.objects.create(
        transaction=payment, type="cancelled", occurred_at=now, received_at=now
    )
    services.close_moot(now=now + minutes(45))
    told = {row.type: (row.times, row.minutes) for row in wasted_time(now=now + minutes(60))}
    assert told == {
        "lease_expired": (1, 10.0),
        "lease_ended": (1, 5.0),
        "released": (1, 4.0),
        "skipped": (1, 3.0),
        "reassigned": (1, 1.0),
    }
    week_later = wasted_time(now=now + timedelta(days=8))
    assert {row.minutes for row in week_later} == {0.0}


def test_a_verdict_wastes_nothing(now, alice) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=alice,
        judgements=Judgement(VerdictValue.LEGITIMATE),
        now=now + minutes(4),
    )
    assert sum(row.times for row in wasted_time(now=now + minutes(5))) == 0


def test_a_surge_is_on_top_of_the_page(clock, lea, client_of) -> None:
    start_surge(hours=2, reason="Cards are tested", actor=lea, now=clock)
    page = client_of(lea).get("/team/").content.decode()
    assert "Surge until" in page and "Cards are tested" in page and "End the surge" in page


def test_the_page_takes_the_same_number_of_queries_for_many(
    clock, alice, bob, lea, client_of, django_assert_max_num_queries
) -> None:
    for number in range(30):
        hold(now=clock, customer_id=f"C{number}", minutes=10)
    services.open_cases(now=clock)
    services.claim_task(reviewer=alice, now=clock)
    services.claim_task(reviewer=bob, now=clock)
    client = client_of(lea)
    client.get("/team/")
    with django_assert_max_num_queries(28):
        client.get("/team/")
