"""A verdict of somebody new is looked at again, blind; only a third person can overturn it."""

import pytest
from django.utils import timezone

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import (
    Label,
    ReviewCase,
    ReviewItem,
    ReviewTask,
    SecondReviewDraw,
    Verdict,
)
from labeling.selectors.labels import resolved_label
from labeling.services.second_reviews import draw_second_reviews, set_second_review_share
from labeling.services.verdicts import record_verdict
from scoring.domain.errors import InvalidRecord
from scoring.models import Disposition, TransactionEvent
from scoring.selectors.decisions import final_outcome, newest_disposition
from tests.labeling.checks import judge
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def checking(settings):
    settings.FRAUDREVIEW_SECOND_REVIEWS = True
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 0.0


def final(payment) -> str:
    return final_outcome(payment.decision, newest_disposition(payment.pk))


def check_of(payment) -> ReviewItem:
    return ReviewItem.objects.get(transaction=payment, kind="check")


def test_the_first_verdicts_of_a_newcomer_are_all_checked(now, alice, bob) -> None:
    payment = hold(now=now)
    judge(alice, "legitimate", now=now)
    draw = SecondReviewDraw.objects.get()
    assert (draw.reason, draw.share, draw.probability) == ("newcomer", 1.0, 1.0)
    item = check_of(payment)
    assert draw.item == item and item.case.kind == "check" and item.case_request_id is None
    task = item.task
    assert (task.kind, task.lane, task.blind, task.why) == (
        "second",
        "second",
        True,
        "Selected for review.",
    )


def test_a_verdict_with_its_check_costs_few_queries(
    now, alice, django_assert_max_num_queries
) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    (item,) = task.items.all()
    said = {item.pk: Judgement(VerdictValue.LEGITIMATE)}
    with django_assert_max_num_queries(35):
        record_verdict(task_id=task.pk, token=task.token, reviewer=alice, judgements=said, now=now)
    assert ReviewItem.objects.filter(kind="check").count() == 1


def test_nothing_is_checked_where_the_desk_has_switched_it_off(now, alice, settings) -> None:
    settings.FRAUDREVIEW_SECOND_REVIEWS = False
    hold(now=now)
    judge(alice, "legitimate", now=now)
    assert not SecondReviewDraw.objects.exists()


def test_an_audit_is_checked_like_any_first_look(now, alice, bob) -> None:
    payment = draw_for_audit("approve", now=now)
    judge(alice, "legitimate", now=now)
    assert check_of(payment).task.blind


def test_the_checked_person_is_never_asked_again(now, alice) -> None:
    hold(now=now)
    judge(alice, "legitimate", now=now)
    assert services.claim_task(reviewer=alice, now=now) is None


def test_a_check_of_a_check_is_never_drawn(now, alice, bob) -> None:
    hold(now=now)
    judge(alice, "legitimate", now=now)
    judge(bob, "legitimate", now=now)
    assert SecondReviewDraw.objects.count() == 1


def test_who_cannot_tell_is_not_checked(now, alice, bob) -> None:
    hold(now=now)
    judge(alice, "cannot_tell", now=now)
    assert not SecondReviewDraw.objects.exists()


def test_one_payment_stands_for_all_that_a_verdict_covered(now, alice) -> None:
    for _ in range(4):
        hold(now=now, customer_id="victim")
    judge(alice, "fraud", now=now)
    draw = SecondReviewDraw.objects.get()
    assert draw.probability == pytest.approx(0.25)
    assert ReviewItem.objects.filter(kind="check").count() == 1


def test_the_same_verdicts_draw_the_same_coin(now, alice) -> None:
    payment = hold(now=now)
    judge(alice, "legitimate", now=now)
    assert draw_second_reviews(list(Verdict.objects.all()), now=now) == []
    assert ReviewItem.objects.filter(transaction=payment).count() == 2


def test_a_miss_is_stored_with_its_probability(now, alice, lea) -> None:
    set_second_review_share(reviewer=alice, percent=0, reason="Ten years here", lead=lea, now=now)
    hold(now=now)
    judge(alice, "legitimate", now=now)
    draw = SecondReviewDraw.objects.get()
    assert (draw.item, draw.probability) == (None, 0.0)


def test_agreement_leaves_everything_and_adds_a_label(now, alice, bob) -> None:
    payment = hold(now=now)
    judge(alice, "fraud", now=now)
    judge(bob, "fraud", now=now)
    assert list(Label.objects.order_by("pk").values_list("source", "value")) == [
        ("verdict", "fraud"),
        ("second_review", "fraud"),
    ]
    assert Disposition.objects.count() == 1 and final(payment) == "block"
    assert check_of(payment).case.status == "closed"


def test_the_label_of_a_check_has_no_probability_of_its_own(now, alice, bob) -> None:
    hold(now=now)
    judge(alice, "fraud", now=now)
    judge(bob, "fraud", now=now)
    assert dict(Label.objects.values_list("source", "propensity")) == {
        "verdict": 1.0,
        "second_review": None,
    }


def test_who_cannot_tell_in_a_check_is_only_recorded(now, alice, bob) -> None:
    payment = hold(now=now)
    judge(alice, "fraud", now=now)
    judge(bob, "cannot_tell", now=now)
    assert check_of(payment).case.status == "closed"
    assert resolved_label(payment.pk, as_of=now).value == "fraud"
    assert not ReviewTask.objects.filter(status="open").exists()


def test_a_dispute_goes_blind_before_a_third_person(now, alice, bob, lea) -> None:
    payment = hold(now=now)
    judge(alice, "fraud", now=now)
    judge(bob, "legitimate", now=now)
    assert final(payment) == "block", "the second look alone overturns nothing"
    assert resolved_label(payment.pk, as_of=now).value == "unknown"
    task = check_of(payment).task
    assert (task.kind, task.lane, task.blind) == ("adjudication", "escalated", True)
    for one_of_the_two in (alice, bob):
        assert services.claim_task(reviewer=one_of_the_two, now=now) is None
    assert services.claim_task(reviewer=lea, now=now).pk == task.pk


@pytest.mark.parametrize(
    ("first", "second", "settled", "actions", "outcome"),
    [
        ("fraud", "legitimate", "legitimate", ["decline", "release"], "approve"),
        ("fraud", "legitimate", "fraud", ["decline"], "block"),
        ("legitimate", "fraud", "fraud", ["release", "void"], "block"),
        ("legitimate", "fraud", "cannot_tell", ["release"], "approve"),
    ],
)
def test_the_third_person_settles_it(
    now, alice, bob, lea, first, second, settled, actions, outcome
) -> None:
    payment = hold(now=now)
    judge(alice, first, now=now)
    judge(bob, second, now=now)
    judge(lea, settled, now=now)
    assert list(Disposition.objects.order_by("pk").values_list("action", flat=True)) == actions
    assert final(payment) == outcome
    assert Label.objects.latest("pk").source == "adjudication"
    assert check_of(payment).case.status == "closed"


def test_a_settlement_against_the_customers_own_word_moves_no_money(now, alice, bob, lea) -> None:
    payment = hold(now=now)
    judge(alice, "fraud", now=now)
    judge(bob, "legitimate", now=now)
    Label.objects.create(
        transaction=payment,
        value="fraud",
        source="customer_confirmation",
        known_at=now,
        recorded_at=now,
    )
    judge(lea, "legitimate", now=now)
    assert final(payment) == "block"


def test_without_a_lead_left_any_third_person_settles_it(now, alice, bob, lea) -> None:
    payment = hold(now=now)
    judge(alice, "fraud", now=now)
    judge(lea, "legitimate", now=now)
    assert check_of(payment).task.lane == "second"
    assert services.claim_task(reviewer=bob, now=now).kind == "adjudication"


def test_a_check_outlives_deadlines_and_ended_payments(now, alice) -> None:
    payment = hold(now=now)
    judge(alice, "legitimate", now=now)
    TransactionEvent.objects.create(
        transaction=payment, type="refunded", occurred_at=now, received_at=now
    )
    services.close_moot(now=now)
    services.expire_deadlines(now=now.replace(year=now.year + 1))
    assert check_of(payment).resolution == ""
    assert final(payment) == "approve"


def test_a_second_thought_that_disagrees_is_settled_too(now, alice, bob) -> None:
    payment = hold(now=now)
    judge(alice, "fraud", now=now)
    task = judge(bob, "fraud", now=now)
    services.change_verdict(
        task_id=task.pk, reviewer=bob, judgement=Judgement(VerdictValue.LEGITIMATE), now=now
    )
    item = check_of(payment)
    assert item.resolution == "" and item.task.kind == "adjudication"
    assert item.case.status == "open" and final(payment) == "block"


@pytest.mark.parametrize(("percent", "reason"), [(101, "Too much"), (-1, "Too little"), (50, " ")])
def test_a_share_needs_a_range_and_a_reason(now, alice, lea, percent, reason) -> None:
    with pytest.raises(InvalidRecord):
        set_second_review_share(reviewer=alice, percent=percent, reason=reason, lead=lea, now=now)


def test_the_newest_word_of_a_lead_counts(now, alice, lea) -> None:
    for percent in (0, 100, None):
        set_second_review_share(reviewer=alice, percent=percent, reason="Try", lead=lea, now=now)
    hold(now=now)
    judge(alice, "legitimate", now=now)
    assert SecondReviewDraw.objects.get().share == 1.0


def test_a_repeated_verdict_draws_nothing_anew(now, alice) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    for _ in range(2):
        record_verdict(
            task_id=task.pk,
            token=task.token,
            reviewer=alice,
            judgements=Judgement(VerdictValue.LEGITIMATE),
            now=now,
        )
    assert ReviewCase.objects.filter(kind="check").count() == 1


def test_the_second_pair_of_eyes_sees_no_trace_of_the_first(client_of, alice, bob) -> None:
    clock = timezone.now()
    payment = hold(now=clock)
    judge(alice, "fraud", now=clock)
    task = services.claim_task(reviewer=bob, now=timezone.now())
    client = client_of(bob)
    for address in (
        f"/tasks/{task.pk}/",
        f"/cases/{task.case_id}/",
        f"/transactions/{payment.external_id}/",
        "/queue/?held=1",
        "/api/v1/cases/?held=1",
        f"/api/v1/decisions/{payment.external_id}/",
    ):
        body = client.get(address, follow=True).content.decode().lower()
        for word in ("declined", "alice", "marmalade", "second review", "newcomer", "a check"):
            assert word not in body, word
