"""The projection of labels that fraud-share windows read; labeling calls it, nobody else."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from scoring.models import KnownFraud
from scoring.services.tiles import ANY_HOT, add_tiles_of_frauds

Interval = tuple[datetime, datetime | None]


@transaction.atomic(savepoint=False)
def project_known_frauds(*, intervals: Mapping[int, Sequence[Interval]], now: datetime) -> None:
    """Make the projection say when each transaction, by its id, was known to be fraud.

    Intervals are (from, until), the last one open while the label stands. What stands already
    is kept as it was first known; a fraud that no longer stands is retracted, never removed, so
    that a window can be computed again as it was. The caller holds locks on the transactions.
    """
    if not intervals:
        return
    known = _known(intervals.keys())
    added: list[tuple[int, datetime, datetime | None]] = []
    retracted: list[tuple[int, datetime]] = []
    for transaction_id, wanted in sorted(intervals.items()):
        stands = wanted[-1] if wanted and wanted[-1][1] is None else None
        if transaction_id not in known:
            added.extend((transaction_id, *interval) for interval in wanted)
        elif known[transaction_id] and not stands:
            retracted.append((transaction_id, _end(wanted, now)))
        elif stands and not known[transaction_id]:
            added.append((transaction_id, *stands))
    _add(added)
    _retract(retracted)


def _known(transaction_ids: Iterable[int]) -> dict[int, bool]:
    """For each transaction that was ever known to be fraud, whether that stands."""
    rows = KnownFraud.objects.filter(transaction_id__in=list(transaction_ids))
    known: dict[int, bool] = {}
    for transaction_id, retracted_at in rows.values_list("transaction_id", "retracted_at"):
        known[transaction_id] = known.get(transaction_id, False) or retracted_at is None
    return known


def _end(wanted: Sequence[Interval], now: datetime) -> datetime:
    end = wanted[-1][1] if wanted else None
    return end or now


def _add(rows: Sequence[tuple[int, datetime, datetime | None]]) -> None:
    if not rows:
        return
    ids, known_at, retracted_at = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO scoring_knownfraud (transaction_id, occurred_at, known_at, retracted_at,
                customer_id, card_id, merchant_id, device_id, ip_key, email_key, retracted_xid)
            SELECT payment.id, payment.occurred_at, told.known_at, told.retracted_at,
                payment.customer_id, payment.card_id, payment.merchant_id, payment.device_id,
                payment.ip_key, payment.email_key,
                CASE WHEN told.retracted_at IS NOT NULL THEN pg_current_xact_id() END
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])
                AS told (id, known_at, retracted_at)
            JOIN scoring_transaction payment USING (id)
            ORDER BY payment.id, told.known_at
            RETURNING id, {ANY_HOT}
            """,  # noqa: S608 (constants)
            [ids, known_at, retracted_at],
        )
        stored = cursor.fetchall()
    if stored and stored[0][1]:
        add_tiles_of_frauds([known_fraud_id for known_fraud_id, _ in stored])


def _retract(rows: Sequence[tuple[int, datetime]]) -> None:
    if not rows:
        return
    ids, ends = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE scoring_knownfraud fraud
            SET retracted_at = greatest(ended.at, fraud.known_at),
                retracted_xid = pg_current_xact_id()
            FROM unnest(%s::bigint[], %s::timestamptz[]) AS ended (id, at)
            WHERE fraud.transaction_id = ended.id AND fraud.retracted_at IS NULL
            """,
            [ids, ends],
        )
