"""Finding transactions: newest first, page by page, fast on millions of rows."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from labeling.domain.searching import PERIODS, Criteria, Place
from labeling.models import SavedFilter
from labeling.selectors.blindness import hidden_among, without_hidden
from labeling.selectors.found_by_opinion import Found, found_by_opinion
from labeling.selectors.labels import resolved_labels
from scoring.access import Person
from scoring.domain import keys
from scoring.domain.errors import Problem
from scoring.models import Decision, Disposition, Transaction
from scoring.selectors.decisions import final_outcome, newest_dispositions
from scoring.selectors.secrets import data_key
from scoring.selectors.sizes import estimated_rows

PAGE = 50
DAY = timedelta(days=1)
# Up to so many transactions are counted, for more there is an estimate.
COUNTED = 100_000
PATIENCE_MILLISECONDS = 5000
ENTITIES = ("external_id", "customer_id", "card_id", "merchant_id", "device_id")
NEWEST_FIRST = ("-occurred_at", "-pk")
OLDEST_FIRST = ("occurred_at", "pk")
_QUERY_CANCELED = "57014"
_LABELS = {1: "fraud", 0: "legitimate", -1: "unknown"}


class SearchTooBroad(Problem):
    """The search was stopped, because it would have read too much."""

    status = 503


@dataclass(frozen=True, slots=True)
class FoundTransaction:
    """One row. Where the opinion is kept back, nothing of it may be shown.

    `final` is what finally became of the payment, where that is not what the machine decided.
    """

    transaction: Transaction
    ip_address: str | None
    kept_back: bool
    decision: Decision | None
    label: str | None
    final: str | None = None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """One page of rows, newest first, and where the neighbours begin."""

    rows: list[FoundTransaction]
    newer: Place | None
    older: Place | None


def found_transactions(
    criteria: Criteria,
    *,
    person: Person,
    sees_personal_data: bool,
    now: datetime,
    size: int | None = None,
) -> FoundPage:
    """Return the page of transactions that `criteria` asks for, as this person may see them.

    IP and e-mail addresses are found only for those who may see them. Raises SearchTooBroad
    after five seconds.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true)", [f"{PATIENCE_MILLISECONDS}ms"]
            )
            candidates = _candidates(criteria, person=person, now=now)
            keyed = _keyed(criteria.words, sees_personal_data) if criteria.words else None
            page, more = _page(candidates, keyed, criteria, size or PAGE)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _QUERY_CANCELED:
            raise
        raise SearchTooBroad("too_broad", "This search reads too much; narrow it.") from None
    newer, older = _neighbours(page, more, criteria)
    return FoundPage(_dressed(page, person, now), newer, older)


def saved_filters(person: Person) -> list[SavedFilter]:
    """The searches that this person kept, and those that leads share."""
    kept = SavedFilter.objects.filter(Q(owner_id=person.pk) | Q(shared=True))
    return list(kept.select_related("owner"))


def estimated_total() -> int:
    """Return about how many transactions there are, counted where they are few."""
    estimate = estimated_rows(Transaction)
    return estimate if estimate > COUNTED else Transaction.objects.count()


def _candidates(criteria: Criteria, *, person: Person, now: datetime) -> Found:
    candidates = _by_time(_by_facts(Transaction.objects.all(), criteria), criteria, now)
    if criteria.opinion_asked:
        # To be found by its outcome or score would tell it.
        candidates = without_hidden(found_by_opinion(candidates, criteria, now=now), person)
    if criteria.older_than:
        candidates = candidates.filter(_beyond(criteria.older_than, "lt"))
    elif criteria.newer_than:
        candidates = candidates.filter(_beyond(criteria.newer_than, "gt"))
    return candidates


def _by_facts(candidates: Found, criteria: Criteria) -> Found:
    if criteria.amount_from is not None:
        candidates = candidates.filter(base_amount__gte=criteria.amount_from)
    if criteria.amount_to is not None:
        candidates = candidates.filter(base_amount__lte=criteria.amount_to)
    if criteria.channel:
        candidates = candidates.filter(channel=criteria.channel)
    if criteria.country:
        candidates = candidates.filter(country=criteria.country)
    return candidates


def _by_time(candidates: Found, criteria: Criteria, now: datetime) -> Found:
    if criteria.period:
        candidates = candidates.filter(occurred_at__gt=now - PERIODS[criteria.period])
    if criteria.since:
        candidates = candidates.filter(occurred_at__gte=_midnight(criteria.since))
    if criteria.until:
        candidates = candidates.filter(occurred_at__lt=_midnight(criteria.until + DAY))
    return candidates


def _midnight(day: date) -> datetime:
    """Where a day begins in the reader's zone."""
    return timezone.make_aware(datetime.combine(day, time()))


def _beyond(place: Place, direction: str) -> Q:
    # The first condition alone bounds the index; the second settles ties.
    at, id_ = place.occurred_at, place.id
    return Q(**{f"occurred_at__{direction}e": at}) & (
        Q(**{f"occurred_at__{direction}": at}) | Q(**{f"pk__{direction}": id_})
    )


def _keyed(words: str, sees_personal_data: bool) -> dict[str, str]:
    """Return by which columns the words may be meant, and the key to look for in each."""
    secret = data_key()
    key = keys.tokenised(words, secret=secret)
    keyed = {entity: words if entity == "external_id" else key for entity in ENTITIES}
    if sees_personal_data:
        keyed |= dict(_personal_keys(words, secret))
    return keyed


def _personal_keys(words: str, secret: bytes) -> Iterator[tuple[str, str]]:
    with suppress(ValueError):
        yield "ip_key", keys.token(keys.canonical_ip(words), secret=secret, purpose="ip")
    with suppress(ValueError):
        yield "email_key", keys.token(keys.normalised_email(words), secret=secret, purpose="email")


def _page(
    candidates: Found,
    keyed: dict[str, str] | None,
    criteria: Criteria,
    size: int,
) -> tuple[list[Transaction], bool]:
    """Return at most a page of rows, newest first, and whether more lie behind them."""
    upwards = criteria.newer_than is not None and criteria.older_than is None
    order = OLDEST_FIRST if upwards else NEWEST_FIRST
    if keyed is not None:
        candidates = Transaction.objects.filter(pk__in=_ids(candidates, keyed, order, size))
    rows = list(candidates.order_by(*order).select_related("details", "decision")[: size + 1])
    more = len(rows) > size
    page = rows[:size]
    return (page[::-1] if upwards else page), more


def _ids(
    candidates: Found,
    keyed: dict[str, str],
    order: tuple[str, ...],
    size: int,
) -> list[int]:
    """Return enough ids for a page: each column's own index gives its newest, none is scanned."""
    parts = [
        candidates.filter(**{column: key}).order_by(*order).values_list("pk", flat=True)[: size + 1]
        for column, key in keyed.items()
    ]
    return list(parts[0].union(*parts[1:]))


def _neighbours(
    page: list[Transaction], more: bool, criteria: Criteria
) -> tuple[Place | None, Place | None]:
    if not page:
        return None, None
    first, last = (Place(row.occurred_at, row.pk) for row in (page[0], page[-1]))
    if criteria.older_than:
        return first, last if more else None
    if criteria.newer_than:
        return first if more else None, last
    return None, last if more else None


def _dressed(page: list[Transaction], person: Person, now: datetime) -> list[FoundTransaction]:
    ids = [row.pk for row in page]
    hidden = hidden_among(person, ids)
    labels = _labels(ids, now)
    newest = newest_dispositions(ids)
    return [_row(row, row.pk in hidden, labels.get(row.pk), newest.get(row.pk)) for row in page]


def _row(
    row: Transaction, kept_back: bool, label: str | None, newest: Disposition | None
) -> FoundTransaction:
    details = getattr(row, "details", None)
    decision = None if kept_back else getattr(row, "decision", None)
    final = final_outcome(decision, newest) if decision else None
    return FoundTransaction(
        transaction=row,
        ip_address=details.ip_address if details else None,
        kept_back=kept_back,
        decision=decision,
        label=None if kept_back else label,
        final=final if decision and final != decision.outcome else None,
    )


def _labels(ids: Collection[int], now: datetime) -> dict[int, str]:
    if not ids:
        return {}
    resolved = resolved_labels(as_of=now, transaction_ids=list(ids))
    pairs: Any = zip(resolved.transaction_ids.tolist(), resolved.is_fraud.tolist(), strict=True)
    return {id_: _LABELS[value] for id_, value in pairs}
