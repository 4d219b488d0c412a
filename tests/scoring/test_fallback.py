"""Without a usable model the policy's fallback decides, and says so."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from scoring.models import Decision, Explanation, Score
from scoring.services.registry import loading
from tests.models import activate_policy, put_into_production

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
DecideNow = Callable[[], int]


def test_a_new_installation_sends_everything_to_people(send: Send, decide_now: DecideNow) -> None:
    send()
    decide_now()
    decision = Decision.objects.get()
    assert (decision.outcome, decision.reason) == ("review", "no_model")
    assert decision.probability is None
    assert decision.degraded
    assert not Score.objects.exists()
    assert not Explanation.objects.exists()


def test_a_fallback_review_has_no_guaranteed_probability(send: Send, decide_now: DecideNow) -> None:
    send()
    decide_now()
    assert Decision.objects.get().review_propensity is None


def test_beyond_the_capacity_the_stated_outcome_holds(
    send: Send, decide_now: DecideNow, now: datetime
) -> None:
    activate_policy(now=now, model_version=None, review_capacity=1)
    send("p1")
    send("p2")
    decide_now()
    first, second = Decision.objects.order_by("transaction_id")
    assert (first.outcome, first.reason) == ("review", "no_model")
    assert (second.outcome, second.reason) == ("approve", "over_capacity")


def test_an_altered_artefact_is_not_used(
    send: Send, decide_now: DecideNow, now: datetime, model_storage: Path, caplog: Any
) -> None:
    version = put_into_production(now=now)
    loading._loaded.clear()
    booster = model_storage / version.artefact / "model.ubj"
    content = bytearray(booster.read_bytes())
    content[-10] ^= 1
    booster.write_bytes(bytes(content))
    send()
    decide_now()
    assert Decision.objects.get().reason == "no_model"
    assert "not usable" in caplog.text
