"""Which task comes next."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from scipy.stats import chisquare

from labeling.domain.queue import (
    CHECKING,
    CHECKING_LIMIT,
    LANE_SHARES,
    Exposure,
    Lane,
    Payment,
    QueueRule,
    cost_unseen,
    drawn_queue,
    fitting_queue,
    interleave,
    may_check,
    rank,
    serving_order,
    working_first,
)
from scoring.domain.policy import Costs
from scoring.domain.sampling import draw

COSTS = Costs()
HUNDRED = Decimal(100)


def test_checking_takes_at_most_a_fifth_of_the_served_tasks() -> None:
    assert sum(LANE_SHARES.values()) == pytest.approx(1)
    assert sum(LANE_SHARES[lane] for lane in CHECKING) <= CHECKING_LIMIT


def test_past_its_limit_checking_comes_last_and_the_others_keep_their_proportions() -> None:
    orders = [working_first(draw(b"key", str(n), "lane")) for n in range(5000)]
    assert all(frozenset(order[-2:]) == CHECKING for order in orders)
    served = Counter(order[0] for order in orders)
    working = {lane: share for lane, share in LANE_SHARES.items() if lane not in CHECKING}
    expected = [share * 5000 / sum(working.values()) for share in working.values()]
    assert chisquare([served[lane] for lane in working], expected).pvalue > 0.001


@pytest.mark.parametrize(
    ("checking", "worked", "allowed"),
    [(0, 0, True), (30, 59, True), (11.9, 60, True), (12, 60, False), (100, 480, False)],
)
def test_checking_stops_at_a_fifth_of_the_minutes_once_there_are_enough(
    checking: float, worked: float, allowed: bool
) -> None:
    assert may_check(checking, worked) is allowed


def test_a_queue_with_a_share_is_drawn_as_often_as_declared() -> None:
    drawn = Counter(
        drawn_queue(draw(b"key", str(n), "queue"), {7: 0.25, 8: 0.1}) for n in range(5000)
    )
    observed = [drawn[7], drawn[8], drawn[None]]
    assert chisquare(observed, [1250, 500, 3250]).pvalue > 0.001


def test_queues_that_reserve_more_than_everything_each_give_up_their_part() -> None:
    assert [drawn_queue(d / 10, {1: 0.9, 2: 0.9}) for d in range(10)] == [1] * 5 + [2] * 5


def test_a_list_without_a_share_comes_last() -> None:
    waiting = {Lane.LEARN: 2, Lane.VALUE: 2}
    assert interleave(waiting, {}, 4, {Lane.LEARN: 0.0, Lane.VALUE: 0.5}) == (
        Lane.VALUE,
        Lane.VALUE,
        Lane.LEARN,
        Lane.LEARN,
    )


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
    QueueRule(
        4,
        payment_methods=frozenset({"invoice"}),
        customers_newer_than=timedelta(days=30),
    ),
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
        (Payment(Decimal(5), payment_method="invoice", customer_for=timedelta(days=29)), 4),
        (Payment(Decimal(5), payment_method="invoice", customer_for=timedelta(days=30)), 9),
        (Payment(Decimal(5), payment_method="invoice"), 9),
        (Payment(Decimal(5), payment_method="card", customer_for=timedelta(0)), 9),
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
