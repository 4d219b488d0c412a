"""Which task comes next."""

from collections import Counter
from decimal import Decimal

import pytest
from scipy.stats import chisquare

from labeling.domain.queue import (
    LANE_SHARES,
    Exposure,
    Lane,
    Payment,
    QueueRule,
    cost_unseen,
    fitting_queue,
    interleave,
    rank,
    serving_order,
)
from scoring.domain.policy import Costs
from scoring.domain.sampling import draw

COSTS = Costs()
HUNDRED = Decimal(100)


def test_checking_takes_at_most_a_fifth_of_the_served_tasks() -> None:
    shares = sum(LANE_SHARES.values())
    assert (LANE_SHARES[Lane.AUDIT] + LANE_SHARES[Lane.SECOND]) / shares <= 0.2


def test_an_empty_lane_falls_through_to_every_other_one() -> None:
    for drawn in (0.0, 0.5, 0.85, 0.999):
        assert sorted(serving_order(drawn)) == sorted(LANE_SHARES)


def test_lanes_are_served_in_their_declared_shares() -> None:
    served = Counter(serving_order(draw(b"key", str(n), "lane"))[0] for n in range(5000))
    observed = [served[lane] for lane in LANE_SHARES]
    expected = [share * 5000 for share in LANE_SHARES.values()]
    assert chisquare(observed, expected).pvalue > 0.001


def test_the_most_uncertain_payment_is_worth_most() -> None:
    sure, unsure = Exposure(0.001, HUNDRED), Exposure(0.15, HUNDRED)
    assert rank([unsure], COSTS) > rank([sure], COSTS)


def test_more_money_ranks_higher_at_the_same_probability() -> None:
    assert rank([Exposure(0.2, Decimal(900))], COSTS) > rank([Exposure(0.2, HUNDRED)], COSTS)


def test_a_look_at_a_clear_payment_costs_more_than_it_saves() -> None:
    assert rank([Exposure(0.0, HUNDRED)], COSTS) == pytest.approx(-0.6)


def test_a_second_payment_of_a_case_costs_less_time_than_the_first() -> None:
    one, two = [Exposure(0.2, HUNDRED)], [Exposure(0.2, HUNDRED)] * 2
    assert rank(two, COSTS) > rank(one, COSTS)


def test_a_payment_without_a_score_counts_as_most_uncertain() -> None:
    unscored = cost_unseen(Exposure(None, HUNDRED), COSTS)
    assert unscored == pytest.approx(
        max(cost_unseen(Exposure(p / 1000, HUNDRED), COSTS) for p in range(1001)), rel=0.01
    )


RULES = [
    QueueRule(1, min_amount=Decimal(1000)),
    QueueRule(2, cross_border=True),
    QueueRule(3, channels=frozenset({"app"}), countries=frozenset({"FR"})),
    QueueRule(9),
]


@pytest.mark.parametrize(
    ("payment", "queue_id"),
    [
        (Payment(Decimal(1000)), 1),
        (Payment(Decimal(999), country="NL", billing_country="DE"), 2),
        (Payment(Decimal(999), country="DE", billing_country="DE"), 9),
        (Payment(Decimal(999), country=None, billing_country="DE"), 9),
        (Payment(Decimal(5), channel="app", country="FR"), 3),
        (Payment(Decimal(5), channel="app", country="DE"), 9),
    ],
)
def test_the_first_queue_that_fits_takes_the_payment(payment: Payment, queue_id: int) -> None:
    assert fitting_queue(payment, RULES) == queue_id


def test_a_list_mixes_the_lanes_as_they_will_be_served() -> None:
    waiting = {Lane.VALUE: 20, Lane.AUDIT: 20}
    order = interleave(waiting, {}, 16)
    assert Counter(order)[Lane.AUDIT] == 4
    assert order[:3] == (Lane.VALUE, Lane.VALUE, Lane.AUDIT)


def test_a_page_goes_on_where_the_one_before_ended() -> None:
    waiting = {Lane.VALUE: 40, Lane.AUDIT: 40}
    whole = interleave(waiting, {}, 30)
    behind = Counter(whole[:10])
    assert interleave(waiting, behind, 20) == whole[10:]
