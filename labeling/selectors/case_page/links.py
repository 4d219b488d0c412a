"""Payments of others that share a card, device, address or mailbox with this one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from labeling.selectors.case_page.became import NOTHING_KNOWN, Became
from scoring.models import Transaction

DAYS = timedelta(days=7)
EACH = 12
SHOWN = 12
# What is shared, strongest first. Too many people share a merchant: of its payments only known
# frauds are told.
SHARED = {
    "card_id": "card",
    "device_id": "device",
    "email_key": "e-mail",
    "ip_key": "IP",
}
BY_VALUE = """
(SELECT id, '{word}' AS word, occurred_at FROM scoring_transaction
 WHERE {column} = %({column})s AND occurred_at > %(since)s AND occurred_at <= %(until)s
   AND id <> %(id)s AND {entity} IS DISTINCT FROM %({entity})s
 ORDER BY occurred_at DESC LIMIT {limit})
"""
BY_MERCHANT = """
(SELECT transaction_id AS id, 'merchant' AS word, occurred_at FROM scoring_knownfraud
 WHERE merchant_id = %(merchant)s AND retracted_at IS NULL AND known_at <= %(now)s
   AND known_at > %(since)s AND transaction_id <> %(id)s
   AND {entity} IS DISTINCT FROM %({entity})s
 ORDER BY known_at DESC LIMIT 4)
"""
GROUPED = """
SELECT id, array_agg(DISTINCT word) FROM ({parts}) linked
GROUP BY id ORDER BY max(occurred_at) DESC LIMIT {limit}
"""

Link = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Linked:
    """A payment of somebody else, what it shares, and what became of it."""

    payment: Transaction
    shares: str
    became: Became


def linked_payments(
    links: Sequence[Link], *, rows: Mapping[int, Transaction], became: Mapping[int, Became]
) -> tuple[Linked, ...]:
    """The linked payments among `rows` with what the reader may know of them."""
    return tuple(
        Linked(rows[id], ", ".join(words), became.get(id, NOTHING_KNOWN)) for id, words in links
    )


def links_of(payment: Transaction, *, now: datetime) -> Sequence[Link]:
    """Ids of the newest payments linked within seven days, each with what it shares."""
    columns = {column: getattr(payment, column) for column in SHARED}
    # Others are those of another customer; where nobody is named, those with another card.
    entity = "customer_id" if payment.customer_id else "card_id"
    parts = [
        BY_VALUE.format(word=SHARED[column], column=column, limit=EACH, entity=entity)
        for column, value in columns.items()
        if value
    ]
    if payment.merchant_id:
        parts.append(BY_MERCHANT.format(entity=entity))
    if not parts:
        return []
    parameters = {
        **columns,
        "id": payment.pk,
        "customer_id": payment.customer_id,
        "merchant": payment.merchant_id,
        "since": payment.occurred_at - DAYS,
        "until": payment.occurred_at + DAYS,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(GROUPED.format(parts=" UNION ALL ".join(parts), limit=SHOWN), parameters)
        return list(cursor.fetchall())
