"""The one way by which a label gets into the database, whoever claims it."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter

from django.db import connection, transaction

from labeling.domain.resolution import Claim, fraud_intervals
from labeling.models import Label
from labeling.selectors.labels import CLAIM_FIELDS, claims_about
from scoring.services.copying import copy_rows
from scoring.services.known_fraud import project_known_frauds

_NULLABLE = {field.name for field in fields(Claim) if field.default is None}


@transaction.atomic(savepoint=False)
def record_labels(*, claims: Sequence[Claim], now: datetime) -> int:
    """Add the claims as labels and return how many there were; several thousand a second.

    What follows for the windows of fraud share follows at once, retractions included. The
    transactions stay locked against other labels until the surrounding transaction ends.
    Raises IntegrityError for a transaction that does not exist.
    """
    transaction_ids = sorted({claim.transaction_id for claim in claims})
    lock_transactions(transaction_ids)
    _add(claims, now)
    history = _claims_where_fraud_was_claimed(transaction_ids)
    intervals = {number: fraud_intervals(known) for number, known in history.items()}
    project_known_frauds(intervals=intervals, now=now)
    return len(claims)


def _add(claims: Sequence[Claim], now: datetime) -> None:
    # Imports fill few of the columns, and every column costs.
    used = [name for name in CLAIM_FIELDS if name not in _NULLABLE or _any_has(name, claims)]
    row_of = attrgetter(*used)
    copy_rows(Label, [*used, "recorded_at"], ((*row_of(claim), now) for claim in claims))


def _any_has(name: str, claims: Sequence[Claim]) -> bool:
    return any(getattr(claim, name) is not None for claim in claims)


def lock_transactions(transaction_ids: Sequence[int]) -> None:
    """Keep other writers of labels away from these until the surrounding transaction ends."""
    # In the order of ids, or two writers of the same payments would wait for each other.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM scoring_transaction WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [list(transaction_ids)],
        )


def _claims_where_fraud_was_claimed(transaction_ids: Sequence[int]) -> dict[int, list[Claim]]:
    """All claims of those transactions that anybody ever called fraud, by transaction."""
    with connection.cursor() as cursor:
        # One array instead of thousands of parameters, for imports.
        cursor.execute(
            "SELECT DISTINCT transaction_id FROM labeling_label"
            " WHERE transaction_id = ANY(%s) AND value = 'fraud'",
            [list(transaction_ids)],
        )
        called_fraud = [row[0] for row in cursor.fetchall()]
    history: dict[int, list[Claim]] = {}
    for claim in claims_about(called_fraud) if called_fraud else ():
        history.setdefault(claim.transaction_id, []).append(claim)
    return history
