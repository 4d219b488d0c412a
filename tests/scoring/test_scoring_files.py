"""A file is scored as if it had been imported, and nothing of it is kept."""

import csv
import gzip
import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import orjson
import polars as pl
import pytest
from django.db import connection

from labeling.services.history import import_history
from scoring.domain.errors import Problem
from scoring.models import (
    Decision,
    FeatureVector,
    ModelVersion,
    QueuedTransaction,
    Score,
    ScoringBatch,
    Transaction,
)
from scoring.selectors.feature_sets import feature_set_of
from scoring.selectors.mappings import SHIPPED
from scoring.services.features import computed_vectors
from scoring.services.file_scoring import score_file, scoring
from scoring.services.file_scoring.writing import ScoresFile
from scoring.services.intake import accept_items
from tests.models import activate_policy, put_into_production
from tests.scoring.tables import write

pytestmark = pytest.mark.django_db
TOLD = Path(__file__).parent / "told_features.toml"
EVENTS = """
[events]
issuer_declined = { column = "declined_at", optional = true }
"""
KEPT = (Transaction, Decision, Score, FeatureVector, ScoringBatch, QueuedTransaction)


def payment(number, at, *, amount="20.00", **fields):
    return {
        "external_id": f"p{number}",
        "occurred_at": at.isoformat(),
        "amount": amount,
        "currency": "EUR",
        "customer_id": f"C{number % 3}",
        "merchant_id": f"M{number % 2}",
        **fields,
    }


@pytest.fixture
def payments(now):
    """Thirty payments of three customers over six weeks, the last one at noon."""
    start = now - timedelta(days=42)
    return [
        payment(n, start + timedelta(days=1.44 * n), amount=str(10 + 17 * (7 * n % 30)))
        for n in range(30)
    ]


def run(tmp_path, rows, now, *, out="scores.ndjson", **options):
    path = write(tmp_path / "payments.ndjson", rows)
    summary = score_file(path=path, out=tmp_path / out, now=now, **options)
    return summary, tmp_path / out


def scores_in(path):
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def margins(path):
    return {score["external_id"]: score["margin"] for score in scores_in(path)}


def decided_margins():
    rows = Score.objects.values_list("transaction__external_id", "margin")
    return dict(rows)


def test_the_scores_are_those_that_the_workers_would_have_given(
    tmp_path, now, payments, production_model, decide_now
):
    stored, coming = payments[:10], payments[10:]
    accept_items(stored, now=now)
    decide_now()
    _, out = run(tmp_path, coming, now)
    accept_items(coming, now=now)
    decide_now()
    decided = decided_margins()
    assert {name: decided[name] for name in margins(out)} == margins(out)
    assert len(margins(out)) == 20
    outcomes = dict(Decision.objects.values_list("transaction__external_id", "outcome"))
    told = {score["external_id"]: score for score in scores_in(out)}
    assert {name: score["outcome"] for name, score in told.items()} == {
        name: outcomes[name] for name in told
    }
    assert {score["outcome"] for score in told.values()} >= {"review", "block"}


def test_it_matters_what_is_stored_and_what_the_file_says_earlier(
    tmp_path, now, payments, production_model
):
    _, out = run(tmp_path, payments[-1:], now)
    alone = margins(out)["p29"]
    _, out = run(tmp_path, payments, now)
    with_file = margins(out)["p29"]
    accept_items(payments[:-1], now=now, enqueue=False)
    _, out = run(tmp_path, payments[-1:], now)
    assert margins(out)["p29"] == with_file != alone


def test_the_order_of_the_lines_does_not_matter(tmp_path, now, payments, production_model):
    _, out = run(tmp_path, payments, now)
    forward = margins(out)
    _, out = run(tmp_path, payments[::-1], now)
    assert margins(out) == forward
    assert list(margins(out)) == [row["external_id"] for row in payments[::-1]]


def test_slices_do_not_matter(tmp_path, now, payments, production_model, monkeypatch):
    _, out = run(tmp_path, payments, now)
    whole = margins(out)
    monkeypatch.setattr(scoring, "SLICE", 7)
    _, out = run(tmp_path, payments, now)
    assert margins(out) == whole


def test_every_input_is_what_it_were_if_the_file_had_been_imported(
    tmp_path, now, payments, model_storage, monkeypatch
):
    version = put_into_production(now=now, feature_set=str(TOLD))
    mapping = tmp_path / "with_events.toml"
    mapping.write_text((SHIPPED / "transactions.toml").read_text() + EVENTS)
    rows = [
        row
        | {"card_id": f"K{n % 2}", "label": "fraud" if n % 3 else "legitimate"}
        | {"declined_at": row["occurred_at"] if n % 4 else None, "attributes": {"age": n}}
        for n, row in enumerate(payments)
    ]
    accept_items(rows_of_today(now), now=now, enqueue=False)
    seen = []

    def watched(*arguments, **named):
        seen.append(computed_vectors(*arguments, **named))
        return seen[-1]

    monkeypatch.setattr(scoring, "computed_vectors", watched)
    run(tmp_path, rows, now, mapping_name=str(mapping))
    import_history(path=tmp_path / "payments.ndjson", now=now, mapping_name=str(mapping))
    ids = Transaction.objects.filter(external_id__startswith="p").values_list("id", flat=True)
    imported = computed_vectors(list(ids), feature_set_of(version.feature_set)).values
    # Each has another amount, which is the first input.
    in_order = [values[np.argsort(values[:, 0])] for values in (seen[0].values, imported)]
    assert np.array_equal(*in_order, equal_nan=True)
    names = feature_set_of(version.feature_set).names
    for name in ("frauds", "declined", "age", "customer_mean_30d"):
        assert np.nanmax(imported[:, names.index(name)]) > 0, name


def rows_of_today(now):
    return [payment(n, now - timedelta(hours=n)) | {"external_id": f"s{n}"} for n in range(5)]


def test_nothing_is_kept(tmp_path, now, payments, production_model):
    accept_items(payments[:5], now=now, enqueue=False)
    before = [model.objects.count() for model in KEPT]
    sequence = next_id()
    run(tmp_path, payments, now)
    assert [model.objects.count() for model in KEPT] == before
    assert next_id() == sequence + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't'")
        assert cursor.fetchone()[0] == 0


def next_id():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('scoring_transaction', 'id'))")
        return cursor.fetchone()[0]


def test_a_payment_that_is_stored_is_scored_as_it_is_stored(
    tmp_path, now, payments, production_model
):
    accept_items(payments[:1], now=now, enqueue=False)
    summary, out = run(tmp_path, [payments[0], payments[1] | {"external_id": "new"}], now)
    assert [score["stored"] for score in scores_in(out)] == [True, False]
    other = payments[0] | {"amount": "99.00"}
    summary, out = run(tmp_path, [other, payments[1]], now)
    assert [(e.line, e.code) for e in summary.errors] == [(1, "conflict")]
    assert summary.scored == 1


def test_the_same_payment_twice_is_scored_twice_and_counted_once(
    tmp_path, now, payments, production_model
):
    _, out = run(tmp_path, payments, now)
    once = margins(out)
    summary, out = run(tmp_path, [*payments, payments[3]], now)
    assert summary.scored == 31
    assert margins(out) == once


def test_wrong_lines_are_told_and_the_rest_is_scored(tmp_path, now, payments, production_model):
    rows = [payments[0], payments[1] | {"amount": "much"}, payments[2] | {"currency": "KPW"}]
    summary, out = run(tmp_path, rows, now)
    assert (summary.rows, summary.scored, summary.errors_total) == (3, 1, 2)
    assert [(e.line, e.code, e.field) for e in summary.errors] == [
        (2, "invalid", "amount"),
        (3, "no_exchange_rate", "currency"),
    ]
    assert len(scores_in(out)) == 1


def test_where_nothing_can_be_scored_there_is_no_file(tmp_path, now, payments, production_model):
    summary, out = run(tmp_path, [payments[0] | {"amount": "much"}], now)
    assert summary.scored == 0
    assert not out.exists()
    assert [path.name for path in tmp_path.iterdir() if "scores" in path.name] == []


def test_the_reasons_are_told_for_what_a_person_would_look_at(
    tmp_path, now, payments, production_model
):
    _, out = run(tmp_path, payments, now)
    held = [score for score in scores_in(out) if score["outcome"] != "approve"]
    assert held
    for score in held:
        assert {"code", "sentence", "contribution"} == set(score["reason_codes"][0])


def test_what_if_with_another_policy(tmp_path, now, payments, production_model):
    strict = activate_policy(
        now=now, model_version=production_model, review_threshold=None, block_threshold=0.0
    )
    activate_policy(now=now, model_version=production_model)
    summary, out = run(tmp_path, payments, now, policy=strict.number)
    assert summary.policy_version == strict.number
    assert {score["outcome"] for score in scores_in(out)} == {"block"}
    strict.refresh_from_db()
    assert strict.model_version == production_model


def test_what_if_with_another_model_version_of_any_stage(tmp_path, now, payments, production_model):
    ModelVersion.objects.update(stage="archived")
    other = put_into_production(now=now, feature_set="default")
    ModelVersion.objects.filter(pk=other.pk).update(stage="candidate")
    activate_policy(now=now, model_version=production_model)
    summary, out = run(tmp_path, payments, now, model_version=other.number)
    assert summary.model_version == other.number
    assert {score["model_version"] for score in scores_in(out)} == {other.number}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"model_version": 77}, "unknown_version"),
        ({"policy": 77}, "unknown_policy"),
        ({"out": "scores.xlsx"}, "unknown_file_type"),
        ({"out": "payments.ndjson"}, "unwritable_file"),
        ({"out": "nowhere/scores.csv"}, "unwritable_file"),
        ({"mapping_name": "handbook"}, "missing_column"),
    ],
)
def test_what_cannot_be_used_is_told_before_anything_is_done(
    tmp_path, now, payments, production_model, options, code
):
    with pytest.raises(Problem) as caught:
        run(tmp_path, payments, now, **options)
    assert caught.value.code == code
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["payments.ndjson"]


def test_a_policy_without_a_model_needs_one(tmp_path, now, payments, model_storage):
    with pytest.raises(Problem) as caught:
        run(tmp_path, payments, now)
    assert caught.value.code == "policy_without_model"


def test_all_formats_say_the_same(tmp_path, now, payments, production_model):
    _, out = run(tmp_path, payments, now)
    expected = scores_in(out)
    _, table = run(tmp_path, payments, now, out="scores.parquet")
    assert pl.read_parquet(table).to_dicts() == expected
    _, plain = run(tmp_path, payments, now, out="scores.csv")
    _, packed = run(tmp_path, payments, now, out="scores.csv.gz")
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    with plain.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["external_id"] for row in rows] == [score["external_id"] for score in expected]
    assert [float(row["margin"]) for row in rows] == [score["margin"] for score in expected]
    told = next(row for row in rows if row["reasons"])
    first = next(s for s in expected if s["external_id"] == told["external_id"])["reason_codes"][0]
    assert told["reason_codes"].split()[0] == first["code"]
    assert told["reasons"].startswith(first["sentence"])


def test_a_scored_file_replaces_the_old_one_only_when_it_is_complete(
    tmp_path, now, payments, production_model, monkeypatch
):
    _, out = run(tmp_path, payments, now)
    before = out.read_bytes()

    def break_down(*_, **__):
        raise RuntimeError("in the middle")

    monkeypatch.setattr(scoring, "SLICE", 7)
    monkeypatch.setattr(scoring, "computed_vectors", break_down)
    with pytest.raises(RuntimeError):
        run(tmp_path, payments, now)
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.glob("*scores*")) == ["scores.ndjson"]
    assert Transaction.objects.count() == 0


def test_the_progress_ends_at_the_whole(tmp_path, now, payments, production_model):
    seen = []
    run(tmp_path, payments, now, progress=lambda done, total: seen.append(done / total))
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert json.dumps(seen)
    assert np.isfinite(seen).all()


def test_one_process_writes_a_file_at_a_time(tmp_path, now, payments, production_model):
    first = ScoresFile(tmp_path / "scores.ndjson", source=tmp_path / "payments.ndjson")
    with first:
        with pytest.raises(Problem, match="is being written by another process"):
            run(tmp_path, payments, now)
        first.write([])
        first.complete()
    assert (tmp_path / "scores.ndjson").read_bytes() == b""
    summary, _ = run(tmp_path, payments, now)
    assert summary.scored == 30
