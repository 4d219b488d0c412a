"""The picture of 30 days."""

from datetime import timedelta

from labeling.domain.timeline import Known, Past, timeline

NOTHING = Known(frozenset(), frozenset(), frozenset())


def past(now, id, days, amount=20.0, **values) -> Past:
    fields = {"merchant": "m1", "device": "d1", "place": "DE", **values}
    return Past(id=id, at=now - timedelta(days=days), amount=amount, **fields)


def draw(now, payments, known=NOTHING):
    return timeline(payments, current_id=1, since=now - timedelta(days=30), until=now, known=known)


def test_time_runs_from_left_to_right(now) -> None:
    picture = draw(now, [past(now, 2, 20), past(now, 1, 0)])
    assert [stem.current for stem in picture.stems] == [False, True]
    assert picture.stems[0].x < picture.stems[1].x == picture.current <= 100


def test_larger_amounts_stand_higher_on_a_log_scale(now) -> None:
    picture = draw(now, [past(now, 2, 9, 10.0), past(now, 3, 5, 100.0), past(now, 1, 0, 1000.0)])
    low, middle, high = (stem.y for stem in picture.stems)
    assert low > middle > high
    assert abs((low - middle) - (middle - high)) < 0.001


def test_a_free_payment_is_drawn_at_the_bottom(now) -> None:
    assert draw(now, [past(now, 1, 0, 0.0)]).stems[0].y == 1


def test_a_value_first_seen_with_this_payment_is_new(now) -> None:
    picture = draw(now, [past(now, 2, 9), past(now, 1, 0, device="d2", place="NL")])
    assert [lane.label for lane in picture.lanes if lane.new] == ["d2", "NL"]


def test_a_value_known_from_before_the_picture_is_not_new(now) -> None:
    known = Known(frozenset(), frozenset({"d2"}), frozenset())
    picture = draw(now, [past(now, 2, 9), past(now, 1, 0, device="d2")], known)
    assert not any(lane.new for lane in picture.lanes if lane.label == "d2")


def test_a_merchant_is_new_once(now) -> None:
    payments = [past(now, 2, 9, merchant="m9"), past(now, 1, 0, merchant="m9")]
    known, new = draw(now, payments).lanes[:2]
    assert (len(known.dots), len(new.dots)) == (1, 1)


def test_a_crowd_of_devices_keeps_to_three_lanes(now) -> None:
    payments = [past(now, n, n, device=f"d{n}") for n in range(2, 12)]
    picture = draw(now, [*payments, past(now, 1, 0, device="mine")])
    devices = [lane.label for lane in picture.lanes if lane.label.startswith(("d", "mine"))]
    assert len(devices) == 3 and devices[-1] == "mine"
