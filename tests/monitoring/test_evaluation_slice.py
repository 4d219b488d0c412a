"""The evaluation slice: customers that no model ever learns from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.dataset import EVALUATION_SHARE, kept_for_evaluation, slice_mark
from monitoring.models import TrainingRun
from monitoring.selectors.dataset import payments_between
from monitoring.services.training.material import gather
from monitoring.services.training.progress import Progress
from scoring.models import FeatureSetVersion, Transaction
from tests.histories import add_payments, at, stored_feature_set
from tests.monitoring.labelled import add_labelled_payments

SECRET = b"a key of this installation"
NAMES = [f"customer c{number}" for number in range(20_000)]
DAYS = 36
WINDOW = (at(0), at(DAYS))


def test_it_is_a_tenth_of_the_customers():
    kept = kept_for_evaluation(NAMES, secret=SECRET)
    assert abs(kept.mean() - EVALUATION_SHARE) < 0.01


@given(st.lists(st.text(min_size=1), unique=True, min_size=1, max_size=30), st.randoms())
def test_who_is_kept_hangs_on_nobody_else(names, random):
    together = dict(zip(names, kept_for_evaluation(names, secret=SECRET), strict=True))
    random.shuffle(names)
    assert all(kept_for_evaluation([name], secret=SECRET)[0] == together[name] for name in names)


def test_another_key_keeps_others_and_its_mark_says_so():
    other = kept_for_evaluation(NAMES, secret=b"another")
    assert (other != kept_for_evaluation(NAMES, secret=SECRET)).any()
    assert slice_mark(b"another") != slice_mark(SECRET)
    assert slice_mark(SECRET) == slice_mark(SECRET)


@pytest.mark.django_db
def test_an_entity_is_the_customer_else_the_card_else_the_payment():
    add_payments(
        {"external_id": f"p{n}", "occurred_at": at(n / 100), "base_amount": 5, **fields}
        for n, fields in enumerate(
            [{"customer_id": f"c{n % 50}", "card_id": f"k{n}"} for n in range(200)]
            + [{"card_id": f"k{n % 50}"} for n in range(200)]
            + [{} for _ in range(200)]
        )
    )
    rows = payments_between(*WINDOW, as_of=at(DAYS))
    kept = dict(zip(rows.transaction_ids.tolist(), rows.evaluation_only.tolist(), strict=True))
    entities = {}
    for payment in Transaction.objects.all():
        entity = payment.customer_id or (payment.card_id and f"card {payment.card_id}")
        entities.setdefault(entity or payment.external_id, set()).add(kept[payment.pk])
    assert len(entities) == 300
    assert all(len(answers) == 1 for answers in entities.values())
    assert {True, False} == set.union(*entities.values())


def gathered(now, **options):
    run = TrainingRun.objects.create(
        status="running", trigger="api", feature_set="card", requested_at=now,
        options={"window_from": None, "window_until": None, "label_delay_days": 7, **options},
    )  # fmt: skip
    material = gather(run, stored_feature_set(), Progress(run, lambda: now), now)
    TrainingRun.objects.filter(pk=run.pk).update(status="failed")
    return material


def customers(material, part):
    ids = material.dataset.transaction_ids[material.rows(part)].tolist()
    return set(Transaction.objects.filter(pk__in=ids).values_list("customer_id", flat=True))


@pytest.mark.django_db
def test_no_part_that_teaches_holds_a_customer_of_the_slice():
    add_labelled_payments(days=DAYS)
    material = gathered(at(DAYS + 30))
    dataset = material.dataset
    kept = set(
        Transaction.objects.filter(
            pk__in=dataset.transaction_ids[dataset.evaluation_only].tolist()
        ).values_list("customer_id", flat=True)
    )
    assert kept
    for part in ("fit", "calibrate", "thresholds"):
        assert not customers(material, part) & kept
    assert kept <= customers(material, "test")
    assert FeatureSetVersion.objects.count() == 1


@pytest.mark.django_db
def test_a_later_run_keeps_the_same_customers():
    add_labelled_payments(days=DAYS)
    early = payments_between(*WINDOW, as_of=at(DAYS))
    add_labelled_payments(days=20, start=at(DAYS), seed=1)
    late = payments_between(at(0), at(DAYS + 20), as_of=at(DAYS + 60))
    then = set(early.transaction_ids[early.evaluation_only].tolist())
    now = set(late.transaction_ids[late.evaluation_only].tolist())
    assert then == now & set(early.transaction_ids.tolist())
    later = late.occurred_at >= np.datetime64((at(DAYS)).replace(tzinfo=None))
    assert late.evaluation_only[later].any()
