"""Each model version has its reference: from its training, or from stored vectors."""

import numpy as np
import pytest

from scoring.domain.explanation.reference import from_numbers
from scoring.models import FeatureReference, FeatureVector
from scoring.selectors.feature_references import feature_reference
from scoring.selectors.feature_sets import feature_set_of
from scoring.services.references import ENOUGH, measure_references
from tests.labeling.payments import pay
from tests.versions import add_version

pytestmark = pytest.mark.django_db


def store_vectors(version, *, now, count: int) -> None:
    width = len(inputs_of(version))
    payments = [pay(now=now) for _ in range(count)]
    values = np.random.default_rng(5).random((count, width)).tolist()
    FeatureVector.objects.bulk_create(
        FeatureVector(transaction=payment, feature_set=version.feature_set, values=row)
        for payment, row in zip(payments, values, strict=True)
    )


def inputs_of(version) -> tuple:
    return feature_set_of(version.feature_set).features


def test_a_version_without_a_reference_gets_one_from_stored_vectors(now, model_storage) -> None:
    version = add_version(now=now)
    assert feature_reference(version) is None
    store_vectors(version, now=now, count=ENOUGH)
    assert measure_references(now=now) == 1
    reference = feature_reference(version)
    assert reference.rows == ENOUGH
    assert len(reference.inputs) == len(inputs_of(version))
    assert from_numbers(FeatureReference.objects.get().numbers) == reference


def test_few_payments_are_no_sample_and_a_reference_is_made_once(now, model_storage) -> None:
    version = add_version(now=now)
    store_vectors(version, now=now, count=3)
    assert measure_references(now=now) == 0
    store_vectors(version, now=now, count=ENOUGH)
    assert measure_references(now=now) == 1
    assert measure_references(now=now) == 0
