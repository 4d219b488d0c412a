"""What one merchant with a million payments in 30 days costs, beside an ordinary one.

    .venv/bin/python -m bench.hot_entity --rows 1000000

Fills a database of its own, measures the statement that computes the `card` features, prepared,
for hot and cold payments in turn, and drops the database. Prints a table and one JSON object.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fraudreview.settings")
os.environ.setdefault("FRAUDREVIEW_EMBEDDED_DURABLE", "0")

import django
import psycopg
from django.core.management import call_command
from django.db import connection, connections

django.setup()

from bench.base import Base
from bench.options import Options
from scoring.domain.features import features_sql
from scoring.selectors.feature_sets import feature_set_named
from scoring.services.hot_entities import promote_hot_entities

# The `card` windows of a merchant end 7 days before the payment and begin 37 days before it.
DAYS = 40
WINDOW_DAYS = 30
HOT, COLD_SHARE = "HOT", 0.14
FRAUD_EVERY = 200
START = datetime(2026, 10, 1, tzinfo=UTC)
FILL = """
INSERT INTO scoring_transaction (external_id, content_hash, occurred_at, received_at, amount,
    currency, base_amount, customer_id, card_id, merchant_id, payment_stage, imported)
SELECT 'b' || n, '\\x'::bytea, at, at, cents / 100.0, 'EUR', cents / 100.0, 'C' || customer,
    'K' || customer, merchant, 'authorized', true
FROM (
    SELECT n, %(start)s + make_interval(secs => %(seconds)s * n / %(rows)s) AS at,
        100 + (hashint8(n)::bigint & 65535) AS cents,
        (hashint8(n * 7 + 1)::bigint & 1073741823) %% %(customers)s AS customer,
        CASE WHEN n %% 100 >= %(cold)s THEN %(hot)s
            ELSE 'M' || (hashint8(n * 13 + 5)::bigint & 1073741823) %% %(merchants)s
        END AS merchant
    FROM generate_series(1, %(rows)s) AS n
) AS drawn ORDER BY at
"""
KNOW = """
INSERT INTO scoring_knownfraud (transaction_id, occurred_at, known_at, customer_id, card_id,
    merchant_id)
SELECT id, occurred_at, occurred_at + interval '7 days', customer_id, card_id, merchant_id
FROM scoring_transaction WHERE id %% %s = 0
"""
NEWEST = """
SELECT id FROM scoring_transaction WHERE (merchant_id = %s) = %s ORDER BY occurred_at DESC LIMIT %s
"""


def measure(options: Options, base: Base) -> dict[str, Any]:
    """Return the cost of a hot merchant over that of a cold one, and the times behind it."""
    found = compare(rows=min(1_000_000, options.long_history_rows))
    return {**found, "ratio": max(found["ratio_batch"], found["ratio_one"])}


def compare(*, rows: int = 1_000_000, batch: int = 500, rounds: int = 40) -> dict[str, Any]:
    """Return medians in milliseconds and their ratios, hot over cold, for a batch and for one.

    `rows` are the hot merchant's payments within 30 days; `rounds` batches of each kind are
    computed in turn, and ten times as many single payments.
    """
    with _own_database():
        total = _fill(rows)
        hot, cold = _newest(True, batch), _newest(False, batch)
        with _prepared() as cursor:
            from_rows = _timed(cursor, _statement(tiled=False), hot[:1])
            untiled = {"cold": (_statement(tiled=False), cold)}
            before = _alternating(cursor, untiled, batch, rounds)
        started = time.perf_counter()
        promote_hot_entities(now=START + timedelta(days=DAYS))
        promoted = time.perf_counter() - started
        _vacuum("scoring_entitytile")
        kinds = {
            "hot": (_statement(tiled=True), hot),
            "cold": (_statement(tiled=True), cold),
            "cold_without_tiles": (_statement(tiled=False), cold),
        }
        with _prepared() as cursor:
            batches = _alternating(cursor, kinds, batch, rounds)
            singles = _alternating(cursor, kinds, 1, rounds * 10)
        return {
            "rows_in_30_days": rows,
            "rows_in_all": total,
            "hot_from_rows_ms": from_rows,
            "promotion_seconds": promoted,
            "cold_batch_before_ms": before["cold"],
            f"batch_of_{batch}_ms": batches,
            "batch_of_1_ms": singles,
            "ratio_batch": batches["hot"] / batches["cold"],
            "ratio_one": singles["hot"] / singles["cold"],
            "cold_overhead_batch": batches["cold"] / batches["cold_without_tiles"],
            "cold_overhead_one": singles["cold"] / singles["cold_without_tiles"],
            "tile_bytes_a_day": _tile_bytes() / DAYS,
        }


@contextmanager
def _own_database() -> Iterator[None]:
    original = connection.settings_dict["NAME"]
    name = f"bench_hot_{uuid4().hex[:8]}"
    _administer(f'CREATE DATABASE "{name}"')
    connections.close_all()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = original
        _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def _fill(rows: int) -> int:
    """Add the hot merchant's payments among others'; return how many there are in all."""
    total = int(rows * DAYS / WINDOW_DAYS / (1 - COLD_SHARE))
    with connection.cursor() as cursor:
        cursor.execute(
            FILL,
            {
                "start": START,
                "seconds": DAYS * 86_400.0,
                "rows": total,
                "cold": int(COLD_SHARE * 100),
                "hot": HOT,
                # About 60 payments a customer and 33 an ordinary merchant in each 30 days.
                "customers": max(1, total // 78),
                "merchants": max(1, int(total * COLD_SHARE / 44)),
            },
        )
        cursor.execute(KNOW, [FRAUD_EVERY])
    _vacuum("scoring_transaction", "scoring_knownfraud")
    return total


def _vacuum(*tables: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")


def _newest(hot: bool, number: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [HOT, hot, number])
        return [row[0] for row in cursor.fetchall()]


def _statement(*, tiled: bool) -> str:
    kinds = frozenset({"merchant_id"}) if tiled else frozenset()
    computed = features_sql(feature_set_named("card"), tiled=kinds)
    return f"SELECT transaction_id, array_send(values) FROM ({computed}) AS computed"


@contextmanager
def _prepared() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor whose statements are planned once."""
    connection.ensure_connection()
    before, connection.connection.prepare_threshold = connection.connection.prepare_threshold, 0
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute("SET plan_cache_mode TO force_generic_plan")
        yield cursor
        cursor.execute("RESET plan_cache_mode")
    connection.connection.prepare_threshold = before


def _alternating(
    cursor: psycopg.Cursor[Any],
    kinds: dict[str, tuple[str, list[int]]],
    size: int,
    rounds: int,
) -> dict[str, float]:
    """Median milliseconds of each kind, measured in turn so that noise meets all alike."""
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(rounds + 3):
        for kind, (statement, ids) in kinds.items():
            start = number % max(1, len(ids) - size + 1)
            milliseconds = _timed(cursor, statement, ids[start : start + size])
            if number >= 3:
                taken[kind].append(milliseconds)
    return {kind: statistics.median(times) for kind, times in taken.items()}


def _timed(cursor: psycopg.Cursor[Any], statement: str, ids: Sequence[int]) -> float:
    started = time.perf_counter()
    cursor.execute(statement, {"ids": list(ids)})
    cursor.fetchall()
    return (time.perf_counter() - started) * 1000


def _tile_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('scoring_entitytile')")
        return int(cursor.fetchone()[0])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=40)
    result = compare(**vars(parser.parse_args()))
    for name, value in result.items():
        for line, number in value.items() if isinstance(value, dict) else [("", value)]:
            print(f"{name:24}{line:20}{number:14,.2f}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
