"""Transactions in: each is stored once, whatever is sent twice, and waits for its decision."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from scoring.domain import keys
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.domain.intake import TransactionRecord, validate
from scoring.selectors.secrets import data_key
from scoring.services.storing import Fate, Stored, store
from scoring.services.wakeup import ring


@dataclass(frozen=True, slots=True)
class ItemError:
    """Why one of several items was not taken; `index` is its place in what was sent."""

    index: int
    external_id: str | None
    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What became of the items: new ones, ones known already, refused ones.

    `transaction_ids` has the row of each accepted or known item by its external id.
    """

    accepted: int
    duplicates: int
    errors: tuple[ItemError, ...]
    transaction_ids: Mapping[str, int] = field(default_factory=dict)


Numbered = tuple[int, TransactionRecord]


def read_transaction(item: Any, *, now: datetime) -> TransactionRecord:
    """Return what was sent in normal form. Raises InvalidRecord with all that is wrong."""
    return validate(item, now=now, secret=data_key())


def accept_items(items: Sequence[Any], *, now: datetime, enqueue: bool = True) -> Acceptance:
    """Store the valid ones among `items` and tell what is wrong with the others."""
    records: list[Numbered] = []
    errors: list[ItemError] = []
    for index, item in enumerate(items):
        try:
            records.append((index, read_transaction(item, now=now)))
        except InvalidRecord as invalid:
            errors.extend(_told(index, item, invalid))
    return _accept(records, errors, now=now, enqueue=enqueue, wake=enqueue)


def accept_transactions(
    records: Iterable[TransactionRecord],
    *,
    now: datetime,
    enqueue: bool = True,
    wake: bool = True,
) -> Acceptance:
    """Store records that are new, in one statement, each with a place in the scoring queue.

    Without such a place they are history, and nothing will decide them. The same external id
    with the same content is a duplicate; with other content, an error with code conflict.
    Workers are woken after the commit, unless the caller decides itself.
    """
    return _accept(list(enumerate(records)), [], now=now, enqueue=enqueue, wake=wake)


def refusal(record: TransactionRecord, known: Stored | None) -> FieldError | None:
    """Return why a record was not taken, given the row under its external id; None if it was."""
    if known is None:
        message = f"There is no exchange rate for this amount in {record.currency}."
        return FieldError("currency", "no_exchange_rate", message)
    if known.content_hash != record.content_hash:
        message = "This external_id was used before, with other content."
        return FieldError("external_id", "conflict", message)
    return None


def _accept(
    records: list[Numbered], errors: list[ItemError], *, now: datetime, enqueue: bool, wake: bool
) -> Acceptance:
    with transaction.atomic():
        fate = Fate.WAITS if enqueue else Fate.HISTORY
        stored = store((record for _, record in records), now=now, fate=fate)
        if wake and any(row.added for row in stored.values()):
            transaction.on_commit(ring)
    refused = list(_refused(records, stored))
    accepted = sum(row.added for row in stored.values())
    return Acceptance(
        accepted=accepted,
        duplicates=len(records) - len(refused) - accepted,
        errors=tuple(sorted([*errors, *refused], key=lambda error: error.index)),
        transaction_ids={external_id: row.id for external_id, row in stored.items()},
    )


def _refused(records: Iterable[Numbered], stored: Mapping[str, Stored]) -> Iterator[ItemError]:
    for index, record in records:
        error = refusal(record, stored.get(record.external_id))
        if error is not None:
            yield ItemError(index, record.external_id, error.code, error.field, error.message)


def _told(index: int, item: Any, invalid: InvalidRecord) -> Iterator[ItemError]:
    external_id = item.get("external_id") if isinstance(item, Mapping) else None
    shown = external_id[: keys.MAX_LENGTH] if isinstance(external_id, str) else None
    for error in invalid.errors:
        yield ItemError(index, shown, error.code, error.field, error.message)
