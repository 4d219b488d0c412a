"""Who may see an opinion of which transaction."""

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.selectors.blindness import hidden_among, may_see_opinion
from tests.labeling.payments import draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def audited(now):
    payment = draw_for_audit("block", now=now)
    services.open_cases(now=now)
    return payment


def test_whoever_could_be_served_a_blind_task_sees_no_opinion_of_it(
    audited, alice, bob, lea
) -> None:
    assert not any(may_see_opinion(user, audited.pk) for user in (alice, bob, lea))


def test_those_who_take_no_tasks_may_see_it(audited, sam, max_, dana, charlie) -> None:
    assert all(may_see_opinion(user, audited.pk) for user in (sam, max_, dana, charlie))


def test_the_own_verdict_reveals(audited, now, alice, bob) -> None:
    task = services.claim_task(reviewer=alice, now=now)
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=alice,
        judgements=Judgement(VerdictValue.CANNOT_TELL),
        now=now,
    )
    assert may_see_opinion(alice, audited.pk)
    assert not may_see_opinion(bob, audited.pk)


def test_a_finished_audit_is_open_to_all(audited, now, alice, bob) -> None:
    task = services.claim_task(reviewer=alice, now=now)
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=alice,
        judgements=Judgement(VerdictValue.LEGITIMATE),
        now=now,
    )
    assert may_see_opinion(bob, audited.pk)


def test_a_skip_reveals_nothing(audited, now, alice) -> None:
    task = services.claim_task(reviewer=alice, now=now)
    services.skip_task(
        task_id=task.pk, token=task.token, reviewer=alice, reason="Not mine", now=now
    )
    assert not may_see_opinion(alice, audited.pk)


def test_ordinary_tasks_hide_nothing(now, alice) -> None:
    payment = hold(now=now)
    services.open_cases(now=now)
    assert may_see_opinion(alice, payment.pk)


def test_a_page_of_rows_is_asked_with_one_query(
    audited, now, alice, django_assert_num_queries
) -> None:
    other = pay(now=now)
    hidden_among(alice, [other.pk])
    with django_assert_num_queries(1):
        assert hidden_among(alice, [audited.pk, other.pk]) == {audited.pk}


def test_a_drawn_payment_hides_before_its_case_is_open(now, alice, max_) -> None:
    payment = draw_for_audit("approve", now=now)
    assert not may_see_opinion(alice, payment.pk)
    assert may_see_opinion(max_, payment.pk)
