"""A fraud found where hardly any is counts once a second person says so, else a third decides."""

from itertools import product

import pytest

from labeling import services
from labeling.domain.confirmation import is_unconfirmed, must_confirm
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.domain.resolution import resolve
from labeling.models import Label, ReviewItem, SecondReviewDraw
from labeling.selectors.labels import claims_of, resolved_label
from labeling.services.second_reviews import set_second_review_share
from tests.labeling.checks import judge
from tests.labeling.claims import claim, day
from tests.labeling.payments import draw_for_audit, hold

VALUES = ("fraud", "legitimate", "cannot_tell")


@pytest.fixture(autouse=True)
def checking(settings):
    settings.FRAUDREVIEW_SECOND_REVIEWS = True
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 0.0


@pytest.fixture
def unchecked(alice, lea, now):
    """Alice, on whom no lot falls."""
    set_second_review_share(reviewer=alice, percent=0, reason="Ten years here", lead=lea, now=now)
    return alice


def confirmations():
    return SecondReviewDraw.objects.filter(reason="confirmation")


def is_waiting(payment, now) -> bool:
    resolved = resolve(claims_of(payment.pk), as_of=now)
    return is_unconfirmed(resolved, asked=confirmations().exists())


@pytest.mark.parametrize(
    ("value", "stratum", "needed"),
    [
        ("fraud", "approve:s0:a1", True),
        ("fraud", "approve:s5:a1", True),
        ("fraud", "approve:none:a1", True),
        ("fraud", "review:s2:a0", True),
        ("fraud", "review:s3:a0", False),
        ("fraud", "block:s9:a4", False),
        ("legitimate", "approve:s0:a1", False),
        ("cannot_tell", "approve:s0:a1", False),
    ],
)
def test_only_frauds_where_hardly_any_are_expected_need_it(value, stratum, needed) -> None:
    assert must_confirm(value, stratum) is needed


@pytest.mark.parametrize("verification", ["customer_contacted", "documents", "challenge_passed"])
def test_what_somebody_vouches_for_needs_no_second_opinion(verification) -> None:
    assert must_confirm("fraud", "approve:s0:a1", "opinion")
    assert not must_confirm("fraud", "approve:s0:a1", verification)


def test_two_heads_or_anything_stronger_confirm_and_one_head_does_not() -> None:
    first = claim("fraud", "verdict", reviewer_id=1)
    again = claim("fraud", "second_review", reviewer_id=2)
    for claims, waits in (
        ([first], True),
        ([first, again], False),
        ([first, claim("fraud", "adjudication", reviewer_id=3)], False),
        ([first, claim("fraud", "chargeback")], False),
        ([first, claim("unknown", "second_review", reviewer_id=2)], True),
        ([first, claim("legitimate", "matured")], True),
    ):
        resolved = resolve(claims, as_of=day(9))
        assert is_unconfirmed(resolved, asked=True) is waits, claims
        assert not is_unconfirmed(resolved, asked=False)


@pytest.mark.django_db
def test_every_fraud_of_an_approved_audit_is_looked_at_again(now, unchecked, bob) -> None:
    payment = draw_for_audit("approve", now=now)
    judge(unchecked, "fraud", now=now)
    draw = confirmations().get()
    assert (draw.share, draw.probability, draw.item.transaction) == (1.0, 1.0, payment)
    assert draw.item.task.blind and draw.item.task.why == "Selected for review."
    assert is_waiting(payment, now)


@pytest.mark.django_db
@pytest.mark.parametrize("make", [hold, lambda now: draw_for_audit("block", now=now)])
def test_where_fraud_is_common_one_word_is_enough(now, unchecked, make) -> None:
    payment = make(now=now)
    judge(unchecked, "fraud", now=now)
    assert not confirmations().exists() and not is_waiting(payment, now)


@pytest.mark.django_db
def test_an_honest_audit_needs_no_confirmation(now, unchecked) -> None:
    draw_for_audit("approve", now=now)
    judge(unchecked, "legitimate", now=now)
    assert not confirmations().exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("second", "third"), [*product(VALUES, VALUES)])
def test_two_of_three_say_what_it_was(now, unchecked, bob, lea, second, third) -> None:
    payment = draw_for_audit("approve", now=now)
    judge(unchecked, "fraud", now=now)
    judge(bob, second, now=now)
    task = services.claim_task(reviewer=lea, now=now)
    if second == "fraud":
        assert task is None and not is_waiting(payment, now)
        assert resolved_label(payment.pk, as_of=now).value == "fraud"
        return
    assert (task.kind, task.blind) == ("adjudication", True)
    services.release_task(task_id=task.pk, token=task.token, reviewer=lea, now=now)
    judge(lea, third, now=now)
    said = resolved_label(payment.pk, as_of=now).value
    if third != "cannot_tell":
        assert said == third and not is_waiting(payment, now)
    elif second == "cannot_tell":
        assert said == "fraud" and is_waiting(payment, now), "one head of three is not enough"
    else:
        assert said == "unknown"


@pytest.mark.django_db
def test_a_newcomers_check_confirms_as_well(now, alice, bob) -> None:
    payment = draw_for_audit("approve", now=now)
    judge(alice, "fraud", now=now)
    assert ReviewItem.objects.filter(transaction=payment, kind="check").count() == 1
    assert SecondReviewDraw.objects.count() == 2
    judge(bob, "fraud", now=now)
    assert not is_waiting(payment, now)


@pytest.mark.django_db
def test_a_second_thought_that_finds_fraud_must_be_confirmed_too(now, unchecked, bob) -> None:
    payment = draw_for_audit("approve", now=now)
    task = judge(unchecked, "legitimate", now=now)
    services.change_verdict(
        task_id=task.pk,
        reviewer=unchecked,
        judgement=Judgement(VerdictValue.FRAUD, "stolen_card"),
        now=now,
    )
    assert confirmations().count() == 1 and is_waiting(payment, now)
    judge(bob, "fraud", now=now)
    assert not is_waiting(payment, now)


@pytest.mark.django_db
def test_a_second_thought_after_the_check_goes_to_a_third_person(now, alice, bob, lea) -> None:
    payment = draw_for_audit("approve", now=now)
    task = judge(alice, "legitimate", now=now)
    judge(bob, "legitimate", now=now)
    services.change_verdict(
        task_id=task.pk,
        reviewer=alice,
        judgement=Judgement(VerdictValue.FRAUD, "stolen_card"),
        now=now,
    )
    assert resolved_label(payment.pk, as_of=now).value == "unknown"
    third = judge(lea, "legitimate", now=now)
    assert (third.kind, third.blind) == ("adjudication", True)
    assert resolved_label(payment.pk, as_of=now).value == "legitimate"


@pytest.mark.django_db
def test_a_verified_fraud_counts_at_once_whoever_could_not_tell(now, unchecked) -> None:
    payment = draw_for_audit("approve", now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=unchecked, now=now)
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=unchecked,
        judgements=Judgement(VerdictValue.FRAUD, "stolen_card", verification="customer_contacted"),
        now=now,
    )
    assert not confirmations().exists() and not is_waiting(payment, now)
    assert resolved_label(payment.pk, as_of=now).value == "fraud"


@pytest.mark.django_db
def test_nothing_waits_where_second_reviews_are_switched_off(now, alice, settings) -> None:
    settings.FRAUDREVIEW_SECOND_REVIEWS = False
    payment = draw_for_audit("approve", now=now)
    judge(alice, "fraud", now=now)
    assert Label.objects.get().value == "fraud" and not is_waiting(payment, now)
