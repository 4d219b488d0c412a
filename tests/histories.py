"""Small histories of payments, put straight into the tables."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from scoring.models import FeatureSetVersion, KnownFraud, Transaction
from scoring.selectors.feature_sets import feature_set_named
from scoring.services.copying import copy_rows
from scoring.services.features import register_feature_set

START = datetime(2026, 11, 1, tzinfo=UTC)
COLUMNS = (
    "external_id",
    "content_hash",
    "occurred_at",
    "received_at",
    "amount",
    "currency",
    "base_amount",
    "payment_stage",
    "imported",
    "customer_id",
    "card_id",
    "merchant_id",
    "device_id",
    "ip_key",
    "country",
    "channel",
    "customer_since",
)


def add_payments(payments: Iterable[Mapping[str, Any]]) -> list[int]:
    """Add payments given as fields; `occurred_at` and `base_amount` are needed. Return ids."""
    rows = [_row(number, payment) for number, payment in enumerate(payments)]
    copy_rows(Transaction, COLUMNS, rows)
    ids = dict(
        Transaction.objects.filter(external_id__in=[row[0] for row in rows]).values_list(
            "external_id", "id"
        )
    )
    return [ids[row[0]] for row in rows]


def _row(number: int, payment: Mapping[str, Any]) -> tuple[Any, ...]:
    amount = payment["base_amount"]
    defaults = {
        "external_id": f"p{number}",
        "content_hash": b"",
        "received_at": payment["occurred_at"],
        "amount": amount,
        "currency": "EUR",
        "payment_stage": "authorized",
        "imported": True,
    }
    values = {**defaults, **payment}
    return tuple(values.get(column) for column in COLUMNS)


def at(days: float = 0, **parts: float) -> datetime:
    """Return a moment so long after the start of the histories."""
    return START + timedelta(days=days, **parts)


def know_fraud(transaction_id: int, known_at: datetime, **fields: Any) -> KnownFraud:
    """Make a payment a fraud that was known from then on."""
    payment = Transaction.objects.get(pk=transaction_id)
    entities = ("customer_id", "card_id", "merchant_id", "device_id", "ip_key", "email_key")
    keys = {entity: getattr(payment, entity) for entity in entities}
    return KnownFraud.objects.create(
        transaction=payment, occurred_at=payment.occurred_at, known_at=known_at, **keys, **fields
    )


def stored_feature_set(name: str = "card") -> FeatureSetVersion:
    """Return the stored version of a shipped feature set."""
    return register_feature_set(feature_set=feature_set_named(name), now=START)
