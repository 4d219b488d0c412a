"""Wrong settings stop the program at its start."""

from typing import Any

import pytest
from django.core.checks import run_checks


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("FRAUDREVIEW_DATA_KEY", "short", "scoring.E001"),
        ("FRAUDREVIEW_BASE_CURRENCY", "EURO", "scoring.E002"),
        ("FRAUDREVIEW_BATCH_SIZE", 0, "scoring.E003"),
        ("FRAUDREVIEW_HOT_ROWS", 0, "scoring.E005"),
        ("FRAUDREVIEW_DECISION_BUDGET_MS", 5, "scoring.E004"),
        ("FRAUDREVIEW_TRANSACTIONS_PER_MINUTE", 999, "scoring.E005"),
        ("FRAUDREVIEW_REQUESTS_PER_MINUTE", -1, "scoring.E005"),
        ("FRAUDREVIEW_WRONG_KEYS_PER_MINUTE", -1, "scoring.E005"),
        ("FRAUDREVIEW_PROXIES", -1, "scoring.E006"),
        ("FRAUDREVIEW_STREAMS", 0, "scoring.E006"),
        ("FRAUDREVIEW_SILENCE_SECONDS", 0, "scoring.E007"),
    ],
)
def test_a_wrong_setting_is_named(settings: Any, name: str, value: Any, code: str) -> None:
    setattr(settings, name, value)
    assert code in {message.id for message in run_checks()}


def test_the_settings_as_they_come_are_fine() -> None:
    assert [message for message in run_checks() if message.id.startswith("scoring.")] == []
