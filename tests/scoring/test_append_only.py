"""Facts are rows that are added: the database itself refuses to edit or drop them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import Error, connection, transaction

from labeling.models import CaseEvent, Label, Verdict
from scoring.models import Decision, DecisionPolicy, Disposition, PolicyActivation, StageChange

pytestmark = pytest.mark.django_db
APPEND_ONLY = (
    Decision,
    Disposition,
    StageChange,
    DecisionPolicy,
    PolicyActivation,
    Verdict,
    Label,
    CaseEvent,
)


def refused(statement: str) -> str:
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(caught.value)


@pytest.mark.parametrize("model", APPEND_ONLY)
def test_truncating_is_refused(model: Any) -> None:
    assert "append-only" in refused(f"TRUNCATE {model._meta.db_table} CASCADE")


def test_editing_a_decision_is_refused(
    production_model: Any, send: Any, decide_now: Callable[[], int]
) -> None:
    send()
    decide_now()
    assert "update" in refused("UPDATE scoring_decision SET outcome = 'block'").lower()


def test_deleting_a_decision_is_refused(
    production_model: Any, send: Any, decide_now: Callable[[], int]
) -> None:
    send()
    decide_now()
    assert "delete" in refused("DELETE FROM scoring_decision").lower()


def test_editing_a_policy_is_refused(production_model: Any) -> None:
    assert "update" in refused("UPDATE scoring_decisionpolicy SET review_threshold = 0").lower()


def test_every_model_that_is_append_only_has_both_triggers() -> None:
    for model in APPEND_ONLY:
        names = {trigger.name for trigger in model._meta.triggers}
        assert names == {"append_only", "no_truncate"}, model


def test_a_stage_change_cannot_be_rewritten(production_model: Any, now: datetime) -> None:
    assert "update" in refused("UPDATE scoring_stagechange SET reason = 'nicer'").lower()
