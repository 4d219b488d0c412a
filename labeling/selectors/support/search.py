"""Finding the payment that a customer speaks of."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from labeling.domain import support
from labeling.domain.support import SupportQuery
from labeling.selectors.blindness import hidden_among
from scoring.access import Person
from scoring.domain import keys
from scoring.models import Disposition, Transaction
from scoring.selectors.decisions import FINAL
from scoring.selectors.secrets import data_key

MOST = 25
PATIENCE_MILLISECONDS = 3000
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FoundPayment:
    """One payment and how it stands: a key of `support.STATES`."""

    payment: Transaction
    state: str


def found_payments(query: SupportQuery, *, reader: Person) -> tuple[list[FoundPayment], bool]:
    """The newest payments that fit, and whether there are more. Raises OperationalError
    after three seconds."""
    if not query.asks:
        return [], False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true)", [f"{PATIENCE_MILLISECONDS}ms"]
        )
        rows = list(_rows(query))
    hidden = hidden_among(reader, [row.pk for row in rows])
    return [_found(row, row.pk in hidden) for row in rows[:MOST]], len(rows) > MOST


def state_of(payment: Transaction, newest: str | None, *, kept_back: bool) -> str:
    """How a payment stands; `newest` is its newest disposition, and its decision is read."""
    if kept_back:
        return "kept_back"
    decision = getattr(payment, "decision", None)
    outcome = None
    if decision is not None:
        outcome = FINAL[Disposition.Action(newest)] if newest else decision.outcome
    return support.state(outcome=outcome, imported=payment.imported)


def _rows(query: SupportQuery) -> QuerySet[Transaction, Transaction]:
    newest = Disposition.objects.filter(transaction_id=OuterRef("pk")).order_by("-pk")
    fitting = _narrowed(Transaction.objects.all(), query)
    if query.words:
        # Each column's own index gives its newest few; together they are sorted once more.
        parts = [
            _narrowed(Transaction.objects.filter(**{column: key}), query)
            .order_by("-occurred_at", "-pk")
            .values_list("pk", flat=True)[: MOST + 1]
            for column, key in _keys(query.words).items()
        ]
        fitting = Transaction.objects.filter(pk__in=list(parts[0].union(*parts[1:])))
    return (
        fitting.select_related("decision")
        .annotate(newest=Subquery(newest.values("action")[:1]))
        .order_by("-occurred_at", "-pk")[: MOST + 1]
    )


def _narrowed(
    payments: QuerySet[Transaction, Transaction], query: SupportQuery
) -> QuerySet[Transaction, Transaction]:
    if query.amount is not None:
        payments = payments.filter(Q(amount=query.amount) | Q(base_amount=query.amount))
    if query.day is not None:
        midnight = timezone.make_aware(datetime.combine(query.day, time()))
        payments = payments.filter(occurred_at__gte=midnight, occurred_at__lt=midnight + DAY)
    return payments


def _keys(words: str) -> dict[str, str]:
    """By which columns the words may be meant, and the key to look for in each."""
    secret = data_key()
    key = keys.tokenised(words, secret=secret)
    found = {"external_id": words, "card_id": key, "customer_id": key}
    with suppress(ValueError):
        address = keys.normalised_email(words)
        found["email_key"] = keys.token(address, secret=secret, purpose="email")
    return found


def _found(row: Transaction, kept_back: bool) -> FoundPayment:
    newest = getattr(row, "newest", None)
    return FoundPayment(row, state_of(row, newest, kept_back=kept_back))
