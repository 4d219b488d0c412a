"""A fraud that one person alone found among approved payments waits, and enters nothing."""

from datetime import timedelta

import pytest
from django.db import connection

from labeling.domain.confirmation import is_unconfirmed
from labeling.domain.confirmation_sql import unconfirmed_sql
from labeling.domain.resolution import Claim, resolve
from labeling.domain.resolution_sql import resolved_labels_sql
from labeling.models import SecondReviewDraw
from labeling.selectors.labels import claims_of
from labeling.services.labels import record_labels
from monitoring.selectors.samples import window_sample
from monitoring.services.reports.performance import performance_report
from monitoring.services.rollups import roll_up
from tests.labeling.checks import judge
from tests.labeling.payments import draw_for_audit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def checking(settings):
    settings.FRAUDREVIEW_SECOND_REVIEWS = True
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 0.0


def sample(now):
    roll_up(now=now + DAY)
    return window_sample(start=now - DAY, end=now + DAY, as_of=now + DAY)


def audited(now, *values, by):
    """An audit of an approved payment, with what these people say of it in turn."""
    payment = draw_for_audit("approve", now=now)
    for reviewer, value in zip(by, values, strict=False):
        judge(reviewer, value, now=now)
    return payment


def test_it_is_counted_and_left_out_until_a_second_person_agrees(now, alice, bob) -> None:
    audited(now, "fraud", by=[alice])
    found = sample(now)
    assert (found.labels, found.unconfirmed) == (0, 1)
    judge(bob, "fraud", now=now)
    found = sample(now)
    assert (found.labels, found.unconfirmed) == (1, 0)
    assert found.decided.sample.fraud.tolist() == [True]
    assert found.decided.sample.propensity.tolist() == [0.02], "that of the first look"


def test_what_a_third_person_calls_honest_enters_as_honest(now, alice, bob, lea) -> None:
    audited(now, "fraud", "legitimate", by=[alice, bob])
    assert sample(now).labels == 0
    judge(lea, "legitimate", now=now)
    found = sample(now)
    assert (found.labels, found.unconfirmed) == (1, 0)
    assert found.decided.sample.fraud.tolist() == [False]


def test_the_report_says_how_many_wait(now, alice) -> None:
    audited(now, "fraud", by=[alice])
    roll_up(now=now)
    report = performance_report(now=now + timedelta(minutes=1), window=7 * DAY)
    assert (report.body["unconfirmed"], report.body["labels"]) == (1, 0)


def test_sql_and_python_leave_out_the_same(now, alice, bob, lea) -> None:
    everybody = [alice, bob, lea]
    payments = [
        audited(now, "fraud", "fraud", by=everybody),
        audited(now, "fraud", "legitimate", "fraud", by=everybody),
        audited(now, "fraud", "cannot_tell", "cannot_tell", by=everybody),
        audited(now, "legitimate", "legitimate", by=everybody),
        audited(now, "fraud", by=everybody),
    ]
    claimed = audited(now, "fraud", "cannot_tell", "cannot_tell", by=[bob, lea, alice])
    record_labels(claims=[Claim(claimed.pk, "fraud", "chargeback", now)], now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT transaction_id, {unconfirmed_sql('truth')}"
            f" FROM ({resolved_labels_sql()}) truth",
            {"as_of": now},
        )
        told = dict(cursor.fetchall())
    confirming = SecondReviewDraw.objects.filter(reason="confirmation")
    asked = set(confirming.values_list("item__transaction_id", flat=True))
    expected = {
        payment.pk: is_unconfirmed(
            resolve(claims_of(payment.pk), as_of=now), asked=payment.pk in asked
        )
        for payment in [*payments, claimed]
    }
    assert told == expected
    assert [told[payment.pk] for payment in payments] == [False, False, True, False, True]
