"""Labels from outside: each is kept once, whatever is sent twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

from labeling.domain.label_record import MANUAL, LabelRecord, validate_label
from labeling.domain.resolution import Claim
from labeling.models import Label
from labeling.services.labels import lock_transactions, record_labels
from scoring.domain.errors import InvalidRecord
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
    "reviewer_id",
    "supersedes_id",
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


@dataclass(frozen=True, slots=True)
class _Sent:
    """A valid item with its place in what was sent, and the claim that it makes."""

    index: int
    record: LabelRecord
    claim: Claim


Numbered = tuple[int, LabelRecord]


def accept_labels(
    *, items: Sequence[Any], now: datetime, may_backdate: bool, by: User | None = None
) -> LabelAcceptance:
    """Record the valid ones among `items` and tell what is wrong with the others.

    The same label again changes nothing. `by` is the person who sends them and so the reviewer of
    what is entered by hand. Codes besides those of `validate_label`: unknown_transaction,
    known_too_early for a label known before its payment was made, unknown_reviewer, and for
    `supersedes` unknown_label, other_source and already_superseded.
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
        sent = list(_sent(records, now, by, errors))
        lock_transactions([each.claim.transaction_id for each in sent])
        new = _new(sent)
        claims = list(_replacing(new, errors))
        record_labels(claims=claims, now=now)
    errors.sort(key=lambda error: error.index)
    return LabelAcceptance(len(claims), len(sent) - len(new), tuple(errors))


def _sent(
    records: Sequence[Numbered], now: datetime, by: User | None, errors: list[ItemError]
) -> Iterator[_Sent]:
    payments = _payments(record.external_id for _, record in records)
    reviewers = _reviewers(record.reviewer for _, record in records)
    for index, record in records:
        payment = payments.get(record.external_id)
        if payment is None:
            message = "There is no transaction with this external_id."
            errors.append(_error(index, record, "external_id", "unknown_transaction", message))
        elif record.known_at and record.known_at < payment.occurred_at:
            message = "Nobody can know this before the payment was made."
            errors.append(_error(index, record, "known_at", "known_too_early", message))
        elif record.reviewer and record.reviewer not in reviewers:
            message = "There is nobody of this user name."
            errors.append(_error(index, record, "reviewer", "unknown_reviewer", message))
        else:
            reviewer = reviewers.get(record.reviewer, by.pk if by else None)
            yield _Sent(index, record, _claim(record, payment, now, reviewer))


def _payments(external_ids: Iterable[str]) -> dict[str, _Payment]:
    with connection.cursor() as cursor:
        # One array instead of thousands of parameters, for imports; so too in `_made`.
        cursor.execute(
            "SELECT external_id, id, occurred_at FROM scoring_transaction"
            " WHERE external_id = ANY(%s)",
            [list(set(external_ids))],
        )
        return {name: _Payment(id_, occurred_at) for name, id_, occurred_at in cursor.fetchall()}


def _reviewers(usernames: Iterable[str]) -> dict[str, int]:
    named = set(usernames) - {""}
    if not named:
        return {}
    return dict(User.objects.filter(username__in=named).values_list("username", "pk"))


def _claim(record: LabelRecord, payment: _Payment, now: datetime, reviewer: int | None) -> Claim:
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
        reviewer_id=reviewer if record.source == MANUAL else None,
        supersedes_id=record.supersedes,
    )


def _new(sent: Sequence[_Sent]) -> list[_Sent]:
    """The claims that nobody has made in the same words, each once."""
    ids = {each.claim.transaction_id for each in sent}
    made = _made(list(ids))
    fresh: dict[tuple[Any, ...], _Sent] = {}
    for each in sent:
        said = tuple(getattr(each.claim, name) for name in SAID)
        if said not in made:
            fresh.setdefault(said, each)
    return list(fresh.values())


def _made(transaction_ids: list[int]) -> set[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(SAID)} FROM labeling_label WHERE transaction_id = ANY(%s)",  # noqa: S608 (constants)
            [transaction_ids],
        )
        return set(cursor.fetchall())


def _replacing(new: Sequence[_Sent], errors: list[ItemError]) -> Iterator[Claim]:
    """The claims that replace nothing, or a label that they may replace.

    Only their own kind: nobody takes back with a chargeback what a colleague has judged.
    """
    named = [each.claim.supersedes_id for each in new if each.claim.supersedes_id]
    labels = Label.objects.in_bulk(named) if named else {}
    taken: set[int | None] = set(
        Label.objects.filter(supersedes__in=named).values_list("supersedes_id", flat=True)
    )
    for each in new:
        replaced = each.claim.supersedes_id
        wrong = _refused(each.claim, labels.get(replaced), taken) if replaced else None
        if wrong:
            errors.append(_error(each.index, each.record, "supersedes", *wrong))
        else:
            taken.add(replaced)
            yield each.claim


def _refused(
    claim: Claim, replaced: Label | None, taken: set[int | None]
) -> tuple[str, str] | None:
    if replaced is None or replaced.transaction_id != claim.transaction_id:
        return "unknown_label", "This transaction has no label of this id."
    if replaced.source != claim.source:
        return "other_source", f"Only another label by {replaced.source} can replace that one."
    if replaced.pk in taken:
        return "already_superseded", "Another label has replaced that one; replace the newer one."
    return None


def _told(index: int, item: Any, invalid: InvalidRecord) -> Iterable[ItemError]:
    external_id = item.get("external_id") if isinstance(item, Mapping) else None
    shown = external_id[:100] if isinstance(external_id, str) else None
    for error in invalid.errors:
        yield ItemError(index, shown, error.code, error.field, error.message)


def _error(index: int, record: LabelRecord, field: str, code: str, message: str) -> ItemError:
    return ItemError(index, record.external_id, code, field, message)
