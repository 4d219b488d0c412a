"""Transactions for a spreadsheet, piece by piece."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from labeling.domain.exporting import cell
from labeling.domain.searching import Criteria
from labeling.selectors.searching import FoundTransaction, found_transactions
from scoring.access import Person

MOST_ROWS = 100_000
PIECE = 1_000
COLUMNS = (
    *("external_id", "occurred_at", "amount", "currency", "base_amount", "customer_id"),
    *("merchant_id", "device_id", "channel", "country", "payment_method"),
)
OPINIONS = ("score", "outcome", "final_outcome", "label")


def exported_rows(
    criteria: Criteria, *, person: Person, now: datetime, most: int = MOST_ROWS
) -> Iterator[list[str]]:
    """Yield the rows that the search finds, newest first, without personal data.

    What somebody is to judge blind has no opinion in it. Raises SearchTooBroad.
    """
    criteria, left = replace(criteria, newer_than=None, older_than=None), most
    while left > 0:
        page = found_transactions(
            criteria, person=person, sees_personal_data=False, now=now, size=min(PIECE, left)
        )
        yield from map(_row, page.rows)
        left -= len(page.rows)
        if page.older is None:
            return
        criteria = replace(criteria, older_than=page.older)


def _row(found: FoundTransaction) -> list[str]:
    facts = [cell(getattr(found.transaction, name)) for name in COLUMNS]
    if found.kept_back:
        return [*facts, *("" for _ in OPINIONS)]
    decision = found.decision
    score, outcome = (decision.probability, decision.outcome) if decision else (None, None)
    return [*facts, *map(cell, (score, outcome, found.final or outcome, found.label))]
