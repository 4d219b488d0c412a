"""What the load sends is valid, new each time, and the same for the same seed."""

import json
from datetime import timedelta

import pytest

from bench.history import World
from bench.payments import payments
from bench.requests import request_maker
from scoring.domain.intake import validate

WORLD = World(10_000)


@pytest.fixture
def make(now):
    def maker(**task):
        given = {
            "shape": "decisions",
            "path": "/api/v1/decisions/",
            "headers": {"Authorization": "Api-Key k"},
            "history_rows": WORLD.rows,
            "prefix": "t",
            "first": 0,
            "seed": 1,
            **task,
        }
        return request_maker(given, now=now)

    return maker


def drawn(now, seed=1):
    step = timedelta(seconds=1)
    return list(payments(300, world=WORLD, seed=seed, prefix="t", start=now, step=step))


def test_every_payment_is_valid(now):
    for payment in drawn(now):
        validate(payment, now=now + timedelta(hours=1), secret=b"secret")


def test_the_seed_decides_everything(now):
    assert drawn(now) == drawn(now)
    assert drawn(now) != drawn(now, seed=2)


def test_customers_and_merchants_are_those_of_the_history(now):
    for payment in drawn(now):
        assert int(payment["customer_id"][1:]) < WORLD.customers
        assert int(payment["merchant_id"][1:]) < WORLD.merchants


def test_each_request_is_a_complete_new_payment(make, now):
    request = make(first=7)
    bodies = []
    for _ in range(50):
        head, body = request().split(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head.split(b"\r\n")
        bodies.append(json.loads(body))
    assert [body["external_id"] for body in bodies] == [f"t-{n:09d}" for n in range(7, 57)]
    validate(bodies[0], now=now, secret=b"secret")


def test_the_templates_are_used_again_with_new_ids(make, monkeypatch):
    monkeypatch.setattr("bench.requests.TEMPLATES", 3)
    request = make()
    bodies = [json.loads(request().split(b"\r\n\r\n")[1]) for _ in range(4)]
    assert bodies[3] == bodies[0] | {"external_id": "t-000000003"}
