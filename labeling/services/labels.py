"""The one way by which a label gets into the database, whoever claims it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from labeling.domain.resolution import Claim, fraud_intervals
from labeling.models import Label
from labeling.selectors.labels import CLAIM_FIELDS, claim_of
from scoring.services.copying import copy_rows
from scoring.services.known_fraud import project_known_frauds

_COLUMNS = (*CLAIM_FIELDS, "recorded_at")


@transaction.atomic
def record_labels(*, claims: Sequence[Claim], now: datetime) -> int:
    """Add the claims as labels and return how many there were; several thousand a second.

    What follows for the windows of fraud share follows at once, retractions included. The
    transactions stay locked against other labels until the surrounding transaction ends.
    Raises IntegrityError for a transaction that does not exist.
    """
    transaction_ids = sorted({claim.transaction_id for claim in claims})
    _lock(transaction_ids)
    copy_rows(Label, _COLUMNS, (_row(claim, now) for claim in claims))
    history = _claims_where_fraud_was_claimed(transaction_ids)
    intervals = {number: fraud_intervals(known) for number, known in history.items()}
    project_known_frauds(intervals=intervals, now=now)
    return len(claims)


def _row(claim: Claim, now: datetime) -> tuple[object, ...]:
    return (*[getattr(claim, name) for name in CLAIM_FIELDS], now)


def _lock(transaction_ids: Sequence[int]) -> None:
    # In the order of ids, or two writers of the same payments would wait for each other.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM scoring_transaction WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [list(transaction_ids)],
        )


def _claims_where_fraud_was_claimed(transaction_ids: Sequence[int]) -> dict[int, list[Claim]]:
    """All claims of those transactions that anybody ever called fraud, by transaction."""
    called_fraud = Label.objects.filter(transaction_id__in=transaction_ids, value="fraud")
    labels: Iterable[Label] = Label.objects.filter(
        transaction_id__in=called_fraud.values("transaction_id")
    )
    history: dict[int, list[Claim]] = {}
    for label in labels:
        history.setdefault(label.transaction_id, []).append(claim_of(label))
    return history
