"""The world goes on: messages in order, for the same customers, valid for the API."""

from datetime import datetime, timedelta
from itertools import islice, pairwise

import numpy as np
import pytest

from fraudreview.simulation import (
    SimulationSettings,
    default_drift,
    live_feed,
    simulate,
    staged_attack,
)
from labeling.domain.label_record import validate_label
from scoring.domain.events import validate_event
from scoring.domain.intake import validate

SETTINGS = SimulationSettings(12, 400, drift=default_drift(12), fraud_share=0.03)
AFTER = SETTINGS.start_at + timedelta(days=11, hours=9)


def chance():
    return np.random.default_rng(21)


@pytest.fixture(scope="module")
def history():
    return simulate(SETTINGS, chance())


@pytest.fixture(scope="module")
def items(history):
    feed = live_feed(SETTINGS, chance(), after=AFTER, history=history)
    return list(islice(feed, 1_500))


def test_messages_come_in_the_order_of_time(items):
    assert items[0].at > AFTER
    assert all(first.at <= second.at for first, second in pairwise(items))
    assert {item.kind for item in items} == {"transaction", "event", "label"}


def test_the_feed_repeats_itself(items):
    again = live_feed(SETTINGS, chance(), after=AFTER, history=simulate(SETTINGS, chance()))
    assert list(islice(again, 100)) == items[:100]


def test_the_same_customers_go_on(items, history):
    known = set(history["customer_id"])
    seen = [item.body["customer_id"] for item in items if item.kind == "transaction"]
    assert np.mean([customer in known for customer in seen]) > 0.6


def test_no_payment_of_the_history_comes_again(items, history):
    known = set(history["external_id"])
    assert not [i for i in items if i.kind == "transaction" and i.external_id in known]


def test_every_message_is_valid_where_it_is_sent(items):
    for item in items:
        # Everything is sent when it is due.
        if item.kind == "transaction":
            validate(item.body, now=item.at, secret=b"s")
        elif item.kind == "event":
            validate_event(item.body, now=item.at)
        else:
            validate_label(item.body, now=item.at, may_backdate=False)


def test_labels_of_the_history_arrive_when_they_are_due(items, history):
    due = history.filter(
        (history["label_known_at"] > AFTER)
        & (history["label_source"] == "chargeback")
        & (history["occurred_at"] <= AFTER)
        & (history["label_known_at"] < items[-1].at)
    )
    delivered = {item.external_id for item in items if item.kind == "label"}
    assert due.height > 0
    assert set(due["external_id"]) <= delivered


def test_events_and_labels_follow_their_payments(items, history):
    known = set(history["external_id"])
    for item in items:
        if item.kind == "transaction":
            known.add(item.external_id)
        else:
            assert item.external_id in known


def test_time_can_run_faster():
    feed = live_feed(SETTINGS, chance(), after=AFTER, speed=60)
    items = list(islice(feed, 400))
    assert items[-1].at - AFTER < timedelta(hours=1)
    for item in items:
        if item.kind == "transaction":
            assert datetime.fromisoformat(item.body["occurred_at"]) <= item.at
            validate(item.body, now=item.at, secret=b"s")


@pytest.mark.parametrize(
    "pattern", ["stolen_card", "account_takeover", "card_testing", "compromised_merchant"]
)
def test_an_attack_can_be_staged(pattern):
    attack = staged_attack(SETTINGS, chance(), pattern=pattern, at=AFTER)
    assert len(attack) >= 3
    assert attack[0].at == AFTER
    assert len({item.body["customer_id"] for item in attack}) == 1
    for item in attack:
        validate(item.body, now=item.at, secret=b"s")
