"""The company of the demo is the same at every start."""

from datetime import UTC, datetime, timedelta
from itertools import islice

from fraudreview.demo.recent import STEP, steps
from fraudreview.demo.world import new_world, read_world, write_world

NOW = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)
WORLD = new_world(days=9, per_day=60, now=NOW)


def test_the_history_ends_now_and_the_product_went_live_before():
    history = WORLD.history(until=NOW)
    assert WORLD.start_at < history["occurred_at"].min() < WORLD.live_from
    assert WORLD.today < history["occurred_at"].max() <= NOW
    assert WORLD.live_from == datetime(2026, 11, 16, tzinfo=UTC)


def test_a_world_that_was_remembered_lives_the_same_past(tmp_path):
    path = tmp_path / "demo" / "world.json"
    assert read_world(path) is None
    write_world(path, WORLD)
    again = read_world(path)
    assert again == WORLD
    assert again.history(until=NOW).equals(WORLD.history(until=NOW))


def test_what_happens_next_comes_in_the_order_of_time():
    items = list(islice(WORLD.messages(after=NOW, speed=12.0), 50))
    assert items[0].at > NOW
    assert [item.at for item in items] == sorted(item.at for item in items)


def test_an_attack_is_on_one_card_or_customer_and_fits_into_its_time():
    for number in range(6):
        items = WORLD.attack(number=number, at=NOW, within=timedelta(minutes=6))
        assert len(items) > 1
        entities = {item.body.get("customer_id") or item.body["card_id"] for item in items}
        assert len(entities) == 1
        assert NOW <= items[0].at < items[-1].at < NOW + timedelta(minutes=6)
        written = [datetime.fromisoformat(item.body["occurred_at"]) for item in items]
        assert written == [item.at for item in items]


def test_two_attacks_have_no_payment_in_common():
    one, other = (
        {item.external_id for item in WORLD.attack(number=n, at=NOW, within=timedelta(minutes=1))}
        for n in (2, 4)
    )
    assert not one & other


def test_steps_hold_every_message_once_and_end_now():
    begin = WORLD.live_from
    items = list(islice(WORLD.messages(after=begin), 150))
    end = items[-1].at
    played = list(steps(items, begin=begin, end=end))
    assert [item for _, batch in played for item in batch] == items
    assert played[-1][0] == end
    for now, batch in played:
        assert now - STEP <= batch[0].at and batch[-1].at <= now
