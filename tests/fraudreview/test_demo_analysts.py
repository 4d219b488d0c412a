"""The simulated analysts share the work, and look at each other's verdicts."""

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from django.contrib.auth.models import Group, User

from fraudreview.demo.analysts import Shift, Truth
from labeling.models import ReviewTask, SecondReviewDraw
from labeling.services import open_cases
from tests.labeling.payments import hold

pytestmark = pytest.mark.django_db
PAYMENTS = 9


@pytest.fixture
def people():
    """Three analysts; claims draw by a person's number, so it must not depend on other tests."""
    people = [User(pk=9_000_001 + n, username=name) for n, name in enumerate(("ann", "ben", "cay"))]
    for person in people:
        person.save()
        person.groups.add(Group.objects.get(name="analyst"))
    return people


def test_everybody_meets_first_looks_and_second_ones(now, people, settings) -> None:
    settings.FRAUDREVIEW_SECOND_REVIEWS = True
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 1.0
    payments = [hold(now=now, external_id=f"shared-{n}") for n in range(PAYMENTS)]
    open_cases(now=now)
    shift = Shift(
        people=people,
        truths={payment.external_id: Truth(False, "") for payment in payments},
        chance=np.random.default_rng(1),
    )
    done = shift.work(begin=now, end=now + timedelta(hours=6))
    first = ReviewTask.objects.filter(kind="first", status="done")
    assert set(Counter(first.values_list("done_by", flat=True)).values()) <= {2, 3, 4}
    assert first.count() == PAYMENTS < done
    checked = SecondReviewDraw.objects.filter(reason="random").exclude(item__resolution="")
    assert checked.count() >= PAYMENTS - 2


def test_nobody_works_past_the_shift(now, alice) -> None:
    for _ in range(5):
        hold(now=now)
    open_cases(now=now)
    shift = Shift([alice], {}, np.random.default_rng(1))
    assert shift.work(begin=now, end=now) == 0
