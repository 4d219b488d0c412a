"""Wrong configuration stops the program at its start, with a hint."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from scoring.domain.codes import CURRENCIES
from scoring.domain.throttling import LEAST_TRANSACTIONS, MOST_PER_MINUTE

SHORTEST_KEY = 32
SMALLEST_BUDGET_MS = 20


@register(Tags.security)
def check_data_key(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """The key that signs artefacts and tokenises card numbers must be long."""
    if len(settings.FRAUDREVIEW_DATA_KEY) >= SHORTEST_KEY:
        return []
    hint = f"Use {SHORTEST_KEY} random characters or more, and never change them afterwards."
    return [Error("FRAUDREVIEW_DATA_KEY is too short.", hint=hint, id="scoring.E001")]


@register()
def check_base_currency(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """The reporting currency must exist."""
    if settings.FRAUDREVIEW_BASE_CURRENCY in CURRENCIES:
        return []
    hint = "Use an ISO 4217 code such as EUR."
    return [Error("FRAUDREVIEW_BASE_CURRENCY is no currency.", hint=hint, id="scoring.E002")]


@register()
def check_sizes(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Batches hold something, and a request has time to decide."""
    faults: list[CheckMessage] = []
    if not 1 <= settings.FRAUDREVIEW_BATCH_SIZE <= 10_000:
        hint = "Between 1 and 10,000; 500 suits most."
        faults.append(
            Error("FRAUDREVIEW_BATCH_SIZE is out of range.", hint=hint, id="scoring.E003")
        )
    if settings.FRAUDREVIEW_HOT_ROWS < 1:
        hint = "At least 1; 5,000 suits most."
        faults.append(Error("FRAUDREVIEW_HOT_ROWS is too small.", hint=hint, id="scoring.E005"))
    if settings.FRAUDREVIEW_DECISION_BUDGET_MS < SMALLEST_BUDGET_MS:
        hint = f"At least {SMALLEST_BUDGET_MS}; 800 suits most."
        message = "FRAUDREVIEW_DECISION_BUDGET_MS is too small."
        faults.append(Error(message, hint=hint, id="scoring.E004"))
    if settings.FRAUDREVIEW_SILENCE_SECONDS < 1:
        hint = "At least 1; 30 suits most."
        message = "FRAUDREVIEW_SILENCE_SECONDS is too small."
        faults.append(Error(message, hint=hint, id="scoring.E007"))
    return faults


@register()
def check_limits(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Whatever one call may hold must fit into a minute's limit; 0 is no limit."""
    limits = {
        "FRAUDREVIEW_TRANSACTIONS_PER_MINUTE": LEAST_TRANSACTIONS,
        "FRAUDREVIEW_REQUESTS_PER_MINUTE": 1,
        "FRAUDREVIEW_WRONG_KEYS_PER_MINUTE": 1,
    }
    faults: list[CheckMessage] = [
        Error(f"{name} is out of range.", hint=f"0, or at least {least:,}.", id="scoring.E005")
        for name, least in limits.items()
        if (limit := getattr(settings, name)) and not least <= limit <= MOST_PER_MINUTE
    ]
    if settings.FRAUDREVIEW_PROXIES < 0:
        hint = "The number of proxies in front, 0 for none."
        faults.append(Error("FRAUDREVIEW_PROXIES is negative.", hint=hint, id="scoring.E006"))
    if settings.FRAUDREVIEW_STREAMS < 1:
        hint = "Fewer than a web process has threads; 4 suits 8."
        faults.append(Error("FRAUDREVIEW_STREAMS is too small.", hint=hint, id="scoring.E006"))
    return faults
