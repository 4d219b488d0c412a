"""Answering a practice case."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from labeling.domain import lifecycle
from labeling.domain.lifecycle import VerdictValue
from labeling.models import PracticeAnswer
from labeling.selectors.practice import next_practice
from scoring.domain.errors import InvalidTransition


@transaction.atomic
def answer_practice(
    *,
    reviewer: User,
    transaction_id: int,
    value: VerdictValue,
    active_seconds: float | None,
    now: datetime,
) -> PracticeAnswer:
    """Keep what this person says of their practice case, with what is known to be true of it.

    Raises InvalidTransition (`not_your_turn`) for a payment that is not the one on their page,
    as after a second click.
    """
    # One answer of a person at a time: the second one of a double click finds another case.
    User.objects.select_for_update(no_key=True).get(pk=reviewer.pk)
    known = next_practice(reviewer=reviewer, now=now)
    if known is None or known.payment.pk != transaction_id:
        raise InvalidTransition("not_your_turn", "This practice case is answered already.")
    return PracticeAnswer.objects.create(
        reviewer=reviewer,
        transaction_id=transaction_id,
        value=value.value,
        truth=known.truth,
        truth_source=known.source,
        active_seconds=lifecycle.counted_seconds(active_seconds),
        given_at=now,
    )
