"""Which decisions enter the estimators, with which truth and which fate."""

from datetime import UTC, datetime, timedelta

import pytest

from labeling.domain.resolution import Claim
from labeling.services.labels import record_labels
from monitoring.selectors.samples import window_sample
from monitoring.services.rollups import roll_up
from scoring.models import Disposition
from tests.histories import add_payments
from tests.labeling.checks import judge
from tests.labeling.payments import draw_for_audit
from tests.monitoring.decided import Answers, add_decided, answer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def sample(as_of: datetime = NOON + DAY):
    roll_up(now=NOON + DAY)
    return window_sample(start=NOON, end=NOON + DAY, as_of=as_of)


def dispose(transaction_id: int, action: str, cause: str = "verdict", at: datetime = NOON) -> None:
    Disposition.objects.create(
        transaction_id=transaction_id, action=action, cause=cause, disposed_at=at
    )


def test_a_drawn_and_judged_decision_enters_with_its_probability() -> None:
    add_decided("approve", 10, at=NOON, answers=Answers(legitimate=2), propensity=0.04)
    found = sample().decided.sample
    assert found.propensity.tolist() == [0.04, 0.04]
    assert found.fraud.tolist() == [False, False]
    assert found.population.count.tolist() == [10]
    assert found.weight.sum() == pytest.approx(10)


def test_imported_history_never_enters() -> None:
    """Labels without a decision say nothing about how good decisions are."""
    ids = add_payments([{"occurred_at": NOON, "base_amount": 10}])
    record_labels(claims=[Claim(ids[0], "fraud", "import", NOON)], now=NOON)
    assert sample().labels == 0


def claim(ids, number: int, *, at: datetime = NOON, source: str = "chargeback") -> None:
    answer(ids, Answers(fraud=number), at=at, propensity=None, source=source)


def test_a_claimed_approval_stands_for_itself_and_the_drawn_ones_for_the_rest() -> None:
    ids = add_decided("approve", 10, at=NOON, answers=Answers(legitimate=2), propensity=0.04)
    claim(ids[5:], 2)
    claim(ids[8:], 1, source="fraud_report")
    found = sample()
    assert (found.labels, found.claims, found.drawn.sum()) == (2, 3, 2)
    assert sorted(found.decided.sample.weight.tolist()) == pytest.approx([1, 1, 1, 3.5, 3.5])
    assert found.decided.sample.fraud.sum() == 3
    assert found.decided.claimed is None


def test_a_claim_on_a_drawn_payment_takes_it_out_of_the_lot() -> None:
    ids = add_decided("approve", 10, at=NOON, answers=Answers(legitimate=2))
    claim(ids, 1, at=NOON + timedelta(hours=2))
    found = sample().decided.sample
    assert sorted(zip(found.fraud, found.weight, strict=True)) == [(False, 9.0), (True, 1.0)]


def test_where_no_approval_was_audited_claims_are_a_floor_too() -> None:
    claim(add_decided("approve", 10, at=NOON), 3)
    found = sample()
    assert (len(found.decided.sample), found.claims) == (0, 3)
    assert found.decided.claimed.count.total == 3


@pytest.mark.parametrize("outcome", ["review", "block"])
def test_only_approvals_are_known_by_claims(outcome) -> None:
    """Who was declined has nothing to complain of, so claims would be no census there."""
    claim(add_decided(outcome, 4, at=NOON), 2)
    assert (sample().labels, sample().claims) == (0, 0)


def test_a_dispute_with_the_merchant_is_no_fraud() -> None:
    (number, *_) = add_decided("approve", 10, at=NOON)
    dispute = Claim(number, "fraud", "chargeback", NOON, reason="13.1")
    record_labels(claims=[dispute], now=NOON)
    assert sample().claims == 0


def test_a_claim_of_later_is_not_known_yet() -> None:
    claim(add_decided("approve", 4, at=NOON), 2, at=NOON + 2 * DAY)
    assert sample().claims == 0
    assert sample(as_of=NOON + 3 * DAY).claims == 2


def test_where_an_audit_gives_the_money_back_claims_are_a_floor_and_no_census() -> None:
    """Its fraud will not be claimed any more: it stands for claimed and unclaimed ones."""
    ids = add_decided("approve", 10, at=NOON, answers=Answers(fraud=1, legitimate=1))
    claim(ids[5:], 3)
    dispose(ids[0], "refund", cause="verdict")
    found = sample()
    assert (found.labels, found.claims) == (2, 3)
    assert found.decided.sample.weight.tolist() == [5.0, 5.0]
    assert found.decided.claimed.count.total == 3
    assert found.decided.claimed.amount == 150


def test_the_desk_gives_the_money_back_and_so_prevents_a_claim(now, alice) -> None:
    """What `prevented` looks for is what an audit's verdict really leaves behind."""
    draw_for_audit("approve", now=now, payment_stage="captured")
    judge(alice, "fraud", now=now)
    roll_up(now=now)
    found = window_sample(start=now - DAY, end=now + DAY, as_of=now + DAY)
    assert found.labels == 1
    assert found.decided.claimed.count.total == 0


def test_an_audit_after_the_claim_prevents_nothing() -> None:
    ids = add_decided("approve", 10, at=NOON, answers=Answers(fraud=1, legitimate=1))
    claim(ids, 1)
    dispose(ids[0], "refund", cause="verdict")
    found = sample()
    assert (found.claims, found.decided.claimed) == (1, None)
    assert sorted(found.decided.sample.weight.tolist()) == [1.0, 9.0]


def test_what_became_known_later_is_not_used() -> None:
    add_decided("approve", 10, at=NOON, answers=Answers(legitimate=2), answered_after=2 * DAY)
    assert sample().labels == 0
    assert sample(as_of=NOON + 3 * DAY).labels == 2


def test_cannot_tell_is_in_no_numerator_and_no_denominator() -> None:
    add_decided("review", 10, at=NOON, answers=Answers(fraud=1, legitimate=2, cannot_tell=3))
    assert sample().labels == 3


def test_a_block_is_declined_and_a_review_waits() -> None:
    add_decided("block", 1, at=NOON, answers=Answers(fraud=1))
    add_decided("review", 1, at=NOON, answers=Answers(fraud=1))
    add_decided("approve", 1, at=NOON, answers=Answers(fraud=1))
    found = sample().decided
    side = found.sample.population.side[found.sample.cell]
    assert sorted(zip(side, found.declined, found.delayed, found.flagged, strict=True)) == [
        (0, False, False, False),
        (1, False, True, True),
        (2, True, False, True),
    ]


@pytest.mark.parametrize(
    ("outcome", "action", "declined"),
    [
        ("review", "decline", True),
        ("review", "void", True),
        ("review", "refund", True),
        ("review", "release", False),
        ("block", "release", False),
        ("approve", "decline", True),
    ],
)
def test_the_newest_disposition_says_what_became_of_the_payment(outcome, action, declined) -> None:
    (number,) = add_decided(outcome, 1, at=NOON, answers=Answers(legitimate=1))
    dispose(number, "step_up" if outcome == "review" else "release")
    dispose(number, action, cause="appeal")
    assert sample().decided.declined.tolist() == [declined]


@pytest.mark.parametrize(
    ("outcome", "action", "declined"), [("approve", "refund", False), ("block", "release", True)]
)
def test_what_an_audit_does_to_its_payment_is_not_done_to_those_it_stands_for(
    outcome, action, declined
) -> None:
    (number,) = add_decided(outcome, 1, at=NOON, answers=Answers(legitimate=1))
    dispose(number, action, cause="verdict")
    assert sample().decided.declined.tolist() == [declined]


def test_a_disposition_after_the_report_does_not_count() -> None:
    (number,) = add_decided("review", 1, at=NOON, answers=Answers(legitimate=1))
    dispose(number, "decline", at=NOON + 2 * DAY)
    assert sample().decided.declined.tolist() == [False]


def test_a_challenged_payment_was_delayed() -> None:
    (number,) = add_decided("approve", 1, at=NOON, answers=Answers(legitimate=1))
    dispose(number, "step_up", cause="override")
    assert sample().decided.delayed.tolist() == [True]


def test_payments_of_one_customer_are_one_cluster() -> None:
    add_decided("review", 2, at=NOON, answers=Answers(fraud=2), customer_id="C1")
    add_decided("review", 1, at=NOON, answers=Answers(fraud=1), customer_id="C2")
    add_decided("review", 2, at=NOON, answers=Answers(fraud=2))
    assert len(set(sample().decided.sample.cluster.tolist())) == 4


def test_decisions_since_the_last_rollup_never_outnumber_their_population() -> None:
    roll_up(now=NOON)
    add_decided("approve", 3, at=NOON, answers=Answers(legitimate=3), propensity=1.0)
    found = window_sample(start=NOON, end=NOON + DAY, as_of=NOON + DAY).decided.sample
    assert found.population.count.tolist() == [3]


def test_reading_a_window_takes_two_queries_however_large(django_assert_num_queries) -> None:
    add_decided("approve", 40, at=NOON, answers=Answers(legitimate=20))
    add_decided("review", 40, at=NOON, answers=Answers(fraud=20))
    roll_up(now=NOON)
    with django_assert_num_queries(2):
        window_sample(start=NOON, end=NOON + DAY, as_of=NOON + DAY)


def test_a_complaint_whose_reason_tells_nothing_is_no_claim_of_fraud() -> None:
    """Of the twins that no lot drew nobody knows whether they are frauds, so it cannot be counted
    once beside audits: the audited one stands for its twins."""
    ids = add_decided("approve", 10, at=NOON, answers=Answers(fraud=1, legitimate=1))
    told = [Claim(ids[0], "fraud", "chargeback", NOON, reason="12.5")]
    told += [Claim(ids[5], "fraud", "chargeback", NOON, reason="10.4")]
    record_labels(claims=told, now=NOON)
    found = sample()
    assert (found.labels, found.claims) == (2, 1)
    assert sorted(found.decided.sample.weight.tolist()) == pytest.approx([1, 4.5, 4.5])
