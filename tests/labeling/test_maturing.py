"""Whose silence means legitimate: the rule, case by case, and the same rule in SQL."""

from collections import defaultdict
from itertools import count
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeling.domain.maturing import Course, Silence, Step, captures_are_reported, matured, silence
from labeling.domain.maturing_sql import matured_payments_sql
from scoring.models import Disposition, TransactionEvent
from tests.labeling.claims import START, day
from tests.labeling.payments import decide, pay

LATE = day(200)
numbers = count(1)


def steps(*told: tuple[str, float]) -> tuple[Step, ...]:
    return tuple(Step(what, day(when), day(when)) for what, when in told)


def course(outcome: str = "approve", stage: str = "authorized", **parts: Any) -> Course:
    return Course(outcome, START, stage, **parts)


def silent(payment: Course, *, as_of: Any = LATE, reported: bool = False) -> bool:
    return matured(payment, as_of=as_of, captures_reported=reported)


def test_an_approved_payment_matures_at_thirty_days() -> None:
    assert silent(course(), as_of=day(30))
    assert not silent(course(), as_of=day(29.9))


def test_a_held_payment_matures_only_once_it_is_released() -> None:
    assert not silent(course("review"))
    assert silent(course("review", dispositions=steps(("release", 1))))
    assert not silent(course("review", dispositions=steps(("decline", 1))))
    assert not silent(course("review", dispositions=steps(("step_up", 1))))


def test_silence_counts_from_the_release_and_from_the_capture() -> None:
    released = course("review", dispositions=steps(("release", 5)))
    assert not silent(released, as_of=day(34))
    assert silent(released, as_of=day(35))
    captured = course(events=steps(("captured", 9)))
    assert not silent(captured, as_of=day(38))
    assert silent(captured, as_of=day(39))


@pytest.mark.parametrize("end", ["issuer_declined", "cancelled", "refunded"])
def test_a_payment_that_ended_without_our_doing_never_matures(end: str) -> None:
    assert not silent(course(events=steps((end, 1))))
    assert not silent(course(stage="captured", events=steps((end, 1))))


def test_a_second_try_of_the_issuer_matures_and_a_refund_never() -> None:
    assert silent(course(events=steps(("issuer_declined", 1), ("captured", 2))))
    assert not silent(course(events=steps(("refunded", 1), ("captured", 2))))


@pytest.mark.parametrize("action", ["void", "refund"])
def test_money_that_we_sent_back_never_matures(action: str) -> None:
    assert not silent(course(dispositions=steps((action, 1), ("release", 2))))


def test_where_captures_are_reported_a_payment_without_one_does_not_mature() -> None:
    assert not silent(course(), reported=True)
    assert silent(course(events=steps(("captured", 1))), reported=True)
    assert silent(course(stage="captured"), reported=True)


@pytest.mark.parametrize(
    "stopped",
    [
        course("block", dispositions=steps(("release", 1))),
        course("review", dispositions=steps(("decline", 1), ("release", 2))),
    ],
)
def test_what_was_stopped_first_needs_a_capture_that_was_told(stopped: Course) -> None:
    assert not silent(stopped)
    told = Course(
        stopped.outcome, START, "authorized", stopped.dispositions, steps(("captured", 3))
    )
    assert silent(told)


@pytest.mark.parametrize(
    ("payment", "as_of", "says"),
    [
        (course(stage="captured"), 30, Silence.LEGITIMATE),
        (course(stage="captured"), 29, Silence.NOT_YET),
        (course(), 30, Silence.IF_CAPTURED),
        (course(), 3, Silence.NOT_YET),
        (course("review"), 30, Silence.NOTHING),
        (course("block", dispositions=steps(("release", 1))), 40, Silence.NOTHING),
        (course("block", dispositions=steps(("release", 1))), 3, Silence.NOTHING),
        (course(events=steps(("refunded", 9))), 5, Silence.NOT_YET),
        (course(events=steps(("refunded", 9))), 10, Silence.NOTHING),
    ],
)
def test_a_page_says_what_silence_means(payment: Course, as_of: int, says: Silence) -> None:
    assert silence(payment, as_of=day(as_of)) == says


def test_what_was_not_known_then_changes_nothing() -> None:
    late_refund = course(events=(Step("refunded", day(1), day(60)),))
    assert silent(late_refund, as_of=day(59))
    assert not silent(late_refund, as_of=day(60))


def test_captures_are_reported_where_half_of_the_payments_have_one() -> None:
    told, untold = course(events=steps(("captured", 1))), course()
    assert captures_are_reported([told, untold], as_of=LATE)
    assert not captures_are_reported([told, untold, untold], as_of=LATE)
    assert not captures_are_reported([], as_of=LATE)
    assert not captures_are_reported([course(stage="captured"), untold], as_of=LATE)


ACTIONS = ("release", "decline", "void", "refund", "step_up")
EVENTS = ("captured", "issuer_declined", "cancelled", "refunded", "challenge_passed")
moments = st.integers(0, 45)


def told(names: tuple[str, ...]) -> st.SearchStrategy[list[tuple[str, int, int]]]:
    return st.lists(st.tuples(st.sampled_from(names), moments, moments), max_size=3)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    actions = sorted((when, what) for what, when, _ in draw(told(ACTIONS)))
    late = {(when, what): when + days for what, when, days in draw(told(EVENTS))}
    events = sorted((when, what, known) for (when, what), known in late.items())
    return Course(
        draw(st.sampled_from(["approve", "approve", "review", "block"])),
        day(draw(st.integers(0, 2))),
        draw(st.sampled_from(["authorized", "authorized", "captured", "pre_authorization"])),
        tuple(Step(what, day(when), day(when)) for when, what in actions),
        tuple(Step(what, day(when), day(known)) for when, what, known in events),
    )


def store(each: Course) -> int:
    """Put the course into the tables as it is."""
    payment = pay(
        now=each.decided_at, payment_stage=each.payment_stage, external_id=f"m{next(numbers)}"
    )
    decide(payment, each.outcome, now=each.decided_at)
    for what, moment, _ in each.dispositions:
        Disposition.objects.create(
            transaction=payment, action=what, cause="override", disposed_at=moment
        )
    for what, moment, known_at in each.events:
        TransactionEvent.objects.create(
            transaction=payment, type=what, occurred_at=moment, received_at=known_at
        )
    return payment.pk


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cases=st.lists(courses(), min_size=1, max_size=8), as_of=st.integers(30, 80))
@pytest.mark.django_db
def test_sql_and_python_let_the_same_payments_mature(cases: list[Course], as_of: int) -> None:
    moment = day(as_of)
    stored = {store(each): each for each in cases}
    days: dict[Any, list[Course]] = defaultdict(list)
    for each in cases:
        days[each.decided_at.date()].append(each)
    with connection.cursor() as cursor:
        cursor.execute(
            matured_payments_sql(where="payment.id = ANY(%(ids)s)"),
            {"as_of": moment, "ids": list(stored)},
        )
        found = dict(cursor.fetchall())
    expected = {
        number: each.known(moment).silent_since
        for number, each in stored.items()
        if matured(
            each,
            as_of=moment,
            captures_reported=captures_are_reported(days[each.decided_at.date()], as_of=moment),
        )
    }
    assert found == expected
