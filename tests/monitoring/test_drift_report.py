"""The drift report: what the model sees now against what it was trained on."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from monitoring.models import Report
from monitoring.selectors.vectors import decided_vectors
from monitoring.services.reports import run_report
from scoring.models import FeatureVector
from scoring.selectors.feature_sets import feature_set_of
from tests.monitoring.decided import add_decided
from tests.monitoring.samples import vectors_around
from tests.versions import add_version

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def version(model_storage):
    """A trained version in production, and 600 payments of its training window."""
    version = add_version(now=NOON)
    version.stage = "production"
    version.save()
    trained = version.trained_from + timedelta(days=3)
    remember(version, add_decided("approve", 600, at=trained), vectors_around(50.0, 600))
    return version


def remember(version, ids, values) -> None:
    """Store these vectors (n, k) for these payments."""
    FeatureVector.objects.bulk_create(
        FeatureVector(transaction_id=number, feature_set=version.feature_set, values=row.tolist())
        for number, row in zip(ids, values, strict=True)
    )


def decide(version, values, at=NOON - DAY) -> None:
    remember(version, add_decided("approve", len(values), at=at), values)


def rows(report) -> dict:
    return {row["name"]: row for row in report.body["rows"]}


def test_the_same_payments_have_not_drifted(version) -> None:
    decide(version, vectors_around(50.0, 600))
    report = run_report(kind="drift", now=NOON)
    assert report.model_version == version
    assert {row["psi"] for row in rows(report).values()} == {0.0}
    assert {row["status"] for row in rows(report).values()} == {"stable"}


def test_an_amount_that_grew_drifts_and_the_score_with_it(version) -> None:
    values = vectors_around(50.0, 600, seed=1)
    values[:, 0] *= 3
    decide(version, values)
    found = rows(run_report(kind="drift", now=NOON))
    first = feature_set_of(version.feature_set).features[0].name
    assert found[first]["status"] == "drifted"
    assert found["score"]["status"] == "drifted"
    assert found[first]["current_median"] > 2 * found[first]["reference_median"]


def test_the_score_comes_first_and_the_features_by_weight(version) -> None:
    decide(version, vectors_around(50.0, 600))
    body = run_report(kind="drift", now=NOON).body
    assert body["rows"][0]["name"] == "score"
    weights = [row["weight"] for row in body["rows"][1:]]
    assert weights == sorted(weights, reverse=True)
    assert sum(weights) == pytest.approx(1.0)
    assert len(weights) == len(feature_set_of(version.feature_set).features)


def test_the_reference_is_the_training_window(version) -> None:
    decide(version, vectors_around(50.0, 300))
    reference = run_report(kind="drift", now=NOON).body["reference"]
    assert reference == {
        "title": "v1 training",
        "start": version.trained_from.isoformat(),
        "end": version.trained_until.isoformat(),
        "n": 600,
    }


def test_without_a_training_window_the_weeks_before_are_the_reference(version) -> None:
    version.trained_from = version.trained_until
    version.save()
    decide(version, vectors_around(50.0, 700), at=NOON - 10 * DAY)
    decide(version, vectors_around(50.0, 300))
    reference = run_report(kind="drift", now=NOON).body["reference"]
    assert (reference["title"], reference["n"]) == ("4 weeks before", 700)


def test_the_next_report_uses_the_same_bins(version) -> None:
    decide(version, vectors_around(50.0, 300))
    first = run_report(kind="drift", now=NOON)
    first.body["rows"][1]["edges"] = [1.0, 2.0]
    first.save()
    second = run_report(kind="drift", now=NOON + timedelta(hours=1))
    assert list(second.body["rows"][1]["edges"]) == [1.0, 2.0]


def test_few_payments_are_not_enough_data(version) -> None:
    decide(version, vectors_around(500.0, 30))
    found = rows(run_report(kind="drift", now=NOON))
    assert {row["status"] for row in found.values()} == {"not_enough_data"}


def test_a_model_that_cannot_be_loaded_still_has_its_features_compared(version) -> None:
    version.signature = "0" * 64
    version.save()
    decide(version, vectors_around(50.0, 300))
    found = rows(run_report(kind="drift", now=NOON))
    assert "score" not in found
    assert {row["weight"] for row in found.values()} == {None}


def test_without_a_model_there_is_nothing_to_compare_with() -> None:
    assert run_report(kind="drift", now=NOON) is None


def test_without_scored_payments_there_is_no_report(version) -> None:
    assert run_report(kind="drift", now=NOON) is None
    assert not Report.objects.exists()


def test_many_payments_are_drawn_by_lot_and_the_same_ones_again(version) -> None:
    decide(version, vectors_around(50.0, 600))
    window = {"start": NOON - 2 * DAY, "end": NOON, "most": 150}
    drawn = decided_vectors(version.feature_set, **window)
    assert 90 < len(drawn) < 220
    again = decided_vectors(version.feature_set, **window)
    assert np.array_equal(again.values, drawn.values)
