"""A queued payment gets one decision, with everything that cannot be reconstructed later."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring.domain.sampling import draw
from scoring.models import (
    CaseRequest,
    Decision,
    Explanation,
    FeatureVector,
    QueuedTransaction,
    Score,
    ScoringBatch,
)

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
DecideNow = Callable[[], int]


@pytest.mark.parametrize(
    ("amount", "outcome"), [("20.00", "approve"), ("150.00", "review"), ("500.00", "block")]
)
def test_the_score_meets_the_thresholds(
    production_model: Any, send: Send, decide_now: DecideNow, amount: str, outcome: str
) -> None:
    payment = send(amount=amount)
    assert decide_now() == 1
    assert Decision.objects.get(transaction=payment).outcome == outcome


def test_deciding_empties_the_queue(
    production_model: Any, send: Send, decide_now: DecideNow
) -> None:
    for number in range(3):
        send(f"p{number}")
    assert decide_now() == 3
    assert not QueuedTransaction.objects.exists()
    assert decide_now() == 0


def test_the_decision_names_what_it_rests_on(
    production_model: Any, send: Send, decide_now: DecideNow
) -> None:
    payment = send()
    decide_now()
    decision = Decision.objects.select_related("batch", "policy").get()
    assert decision.model_version == production_model
    assert decision.policy.model_version == production_model
    assert decision.batch.feature_set == production_model.feature_set
    assert decision.probability == Score.objects.get(transaction=payment).probability
    assert decision.stratum == "approve:" + decision.stratum.split(":", 1)[1]
    assert not decision.degraded


def test_the_vector_is_stored_with_the_batch_that_used_it(
    production_model: Any, send: Send, decide_now: DecideNow
) -> None:
    payment = send(amount="20.00")
    decide_now()
    vector = FeatureVector.objects.get(transaction=payment)
    assert vector.values[0] == 20.0
    assert vector.batch == ScoringBatch.objects.get()


def test_the_batch_keeps_the_snapshot_it_saw(
    production_model: Any, send: Send, decide_now: DecideNow
) -> None:
    send()
    decide_now()
    assert ScoringBatch.objects.get().snapshot.count(":") == 2


def test_the_audit_draw_depends_on_the_payment_alone(
    production_model: Any, send: Send, decide_now: DecideNow
) -> None:
    send("p7")
    decide_now()
    secret = settings.FRAUDREVIEW_DATA_KEY.encode()
    assert Decision.objects.get().audit_draw == draw(secret, "p7", "audit")


def test_a_review_is_held_until_the_policy_says(
    production_model: Any, send: Send, decide_now: DecideNow, now: datetime
) -> None:
    send(amount="150.00")
    decide_now()
    assert Decision.objects.get().hold_until == now + timedelta(minutes=60)


def test_a_review_is_held_no_longer_than_the_payment_can_wait(
    production_model: Any, send: Send, decide_now: DecideNow, now: datetime
) -> None:
    soon = now + timedelta(minutes=5)
    send(amount="150.00", respond_by=soon.isoformat())
    decide_now()
    assert Decision.objects.get().hold_until == soon


def test_a_review_asks_for_a_case_and_explains_itself(
    production_model: Any, send: Send, decide_now: DecideNow
) -> None:
    payment = send(amount="150.00")
    decide_now()
    request = CaseRequest.objects.get()
    assert (request.transaction, request.kind) == (payment, "review")
    explanation = Explanation.objects.get(transaction=payment)
    margin = Score.objects.get(transaction=payment).margin
    assert explanation.base_value + sum(explanation.contributions) == pytest.approx(
        margin, abs=1e-4
    )
    assert {"code", "sentence", "contribution", "feature", "value"} == set(
        explanation.reason_codes[0]
    )


def test_an_approval_without_audit_needs_nobody(
    production_model: Any, send: Send, decide_now: DecideNow
) -> None:
    send(amount="20.00")
    decide_now()
    decision = Decision.objects.get()
    assert decision.audited == CaseRequest.objects.exists() == Explanation.objects.exists()


def test_a_large_batch_takes_no_more_queries_than_a_small_one(
    production_model: Any, send: Send, decide_now: DecideNow
) -> None:
    def queries_for(*names: str) -> int:
        for name in names:
            send(name, amount="150.00")
        with CaptureQueriesContext(connection) as queries:
            decide_now()
        return len(queries)

    queries_for("warm")
    # Two savepoints each for the batch and for the empty one that ends the sweep.
    assert queries_for("one") == queries_for(*map(str, range(30))) <= 15
