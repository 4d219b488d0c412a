"""Labels that no lot led to have no probability: they train and never enter an estimate."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.domain.resolution import Claim
from labeling.models import Label
from labeling.services import LinkedVerdict
from labeling.services.labels import record_labels
from monitoring.selectors.dataset import payments_between
from monitoring.selectors.samples import window_sample
from tests.labeling.payments import decide, draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db
FRAUD = Judgement(VerdictValue.FRAUD, "stolen_card")
DAY = timedelta(days=1)


def judge_next(person, now, **said):
    task = services.claim_task(reviewer=person, now=now)
    services.record_verdict(
        task_id=task.pk, token=task.token, reviewer=person, judgements=FRAUD, now=now, **said
    )


def labels_in_the_sample(now) -> int:
    hour = now.replace(minute=0, second=0, microsecond=0)
    start, end = hour - DAY, hour + DAY
    return window_sample(start=start, end=end, as_of=now + DAY).labels


def test_a_verdict_after_a_draw_enters(now, alice):
    draw_for_audit("block", now=now)
    services.open_cases(now=now)
    judge_next(alice, now)
    assert labels_in_the_sample(now) == 1


def test_a_verdict_found_by_a_link_trains_and_never_enters(now, alice):
    hold(now=now, device_id="phone-1", amount="900.00")
    linked = hold(now=now, device_id="phone-1", amount="20.00")
    services.open_cases(now=now)
    judge_next(alice, now, linked=LinkedVerdict(FRAUD, [linked.external_id]))
    assert set(Label.objects.values_list("propensity", flat=True)) == {1.0, None}
    assert labels_in_the_sample(now) == 1
    learned = payments_between(now - DAY, now + DAY, as_of=now + DAY)
    assert learned.labels.tolist() == [1, 1]


def test_a_review_that_capacity_chose_trains_and_never_enters(send, decide_now, now, alice):
    send("without-a-model")  # the fallback reviews whatever comes first, until it is full
    decide_now()
    services.open_cases(now=now)
    judge_next(alice, now)
    assert Label.objects.get().propensity is None
    assert labels_in_the_sample(now) == 0
    learned = payments_between(now - DAY, now + DAY, as_of=now + DAY)
    assert learned.labels.tolist() == [1]


@pytest.mark.parametrize("source", ["appeal", "customer_confirmation", "manual"])
def test_what_a_customer_or_a_colleague_brings_never_enters(now, source):
    payment = pay(now=now)
    decide(payment, "block", now=now)
    record_labels(claims=[Claim(payment.pk, "legitimate", source, now)], now=now)
    assert labels_in_the_sample(now) == 0
