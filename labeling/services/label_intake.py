"""Labels from outside: each is kept once, whatever is sent twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from labeling.domain.label_record import LabelRecord, validate_label
from labeling.domain.resolution import Claim
from labeling.models import Label
from labeling.services.labels import lock_transactions, record_labels
from scoring.domain.errors import InvalidRecord
from scoring.models import Transaction
from scoring.services.intake import ItemError

# What makes two labels one: everything that was said, but not since when it is known.
SAID = (
    "transaction_id",
    "value",
    "source",
    "verification",
    "fraud_type",
    "reason",
    "dispute_stage",
    "occurred_at",
)


@dataclass(frozen=True, slots=True)
class LabelAcceptance:
    """What became of labels: new ones, ones known already, refused ones."""

    accepted: int
    duplicates: int
    errors: tuple[ItemError, ...]


@dataclass(frozen=True, slots=True)
class _Payment:
    """The stored payment of an external id."""

    id: int
    occurred_at: datetime


Numbered = tuple[int, LabelRecord]


def accept_labels(*, items: Sequence[Any], now: datetime, may_backdate: bool) -> LabelAcceptance:
    """Record the valid ones among `items` and tell what is wrong with the others.

    The same label again changes nothing. Codes besides those of `validate_label`:
    unknown_transaction, and known_too_early for a label known before its payment was made.
    """
    records: list[Numbered] = []
    errors: list[ItemError] = []
    for index, item in enumerate(items):
        try:
            record = validate_label(item, now=now, may_backdate=may_backdate)
            records.append((index, record))
        except InvalidRecord as invalid:
            errors.extend(_told(index, item, invalid))
    with transaction.atomic():
        claims = _claims(records, now, errors)
        lock_transactions([claim.transaction_id for claim in claims])
        new = _new(claims)
        record_labels(claims=new, now=now)
    errors.sort(key=lambda error: error.index)
    return LabelAcceptance(len(new), len(claims) - len(new), tuple(errors))


def _claims(records: Sequence[Numbered], now: datetime, errors: list[ItemError]) -> list[Claim]:
    payments = _payments(record.external_id for _, record in records)
    claims = []
    for index, record in records:
        payment = payments.get(record.external_id)
        if payment is None:
            message = "There is no transaction with this external_id."
            errors.append(_error(index, record, "external_id", "unknown_transaction", message))
        elif record.known_at and record.known_at < payment.occurred_at:
            message = "Nobody can know this before the payment was made."
            errors.append(_error(index, record, "known_at", "known_too_early", message))
        else:
            claims.append(_claim(record, payment, now))
    return claims


def _payments(external_ids: Iterable[str]) -> dict[str, _Payment]:
    rows = Transaction.objects.filter(external_id__in=set(external_ids))
    return {
        external_id: _Payment(id_, occurred_at)
        for external_id, id_, occurred_at in rows.values_list("external_id", "id", "occurred_at")
    }


def _claim(record: LabelRecord, payment: _Payment, now: datetime) -> Claim:
    return Claim(
        transaction_id=payment.id,
        value=record.label,
        source=record.source,
        known_at=record.known_at or now,
        verification=record.verification,
        fraud_type=record.fraud_type,
        reason=record.reason,
        dispute_stage=record.dispute_stage,
        occurred_at=record.occurred_at,
    )


def _new(claims: Sequence[Claim]) -> list[Claim]:
    """The claims that nobody has made in the same words, each once."""
    ids = {claim.transaction_id for claim in claims}
    made = set(Label.objects.filter(transaction_id__in=ids).values_list(*SAID))
    fresh: dict[tuple[Any, ...], Claim] = {}
    for claim in claims:
        said = tuple(getattr(claim, name) for name in SAID)
        if said not in made:
            fresh.setdefault(said, claim)
    return list(fresh.values())


def _told(index: int, item: Any, invalid: InvalidRecord) -> Iterable[ItemError]:
    external_id = item.get("external_id") if isinstance(item, Mapping) else None
    shown = external_id[:100] if isinstance(external_id, str) else None
    for error in invalid.errors:
        yield ItemError(index, shown, error.code, error.field, error.message)


def _error(index: int, record: LabelRecord, field: str, code: str, message: str) -> ItemError:
    return ItemError(index, record.external_id, code, field, message)
