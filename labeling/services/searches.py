"""Keeping searches, and writing down what was exported."""

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import User

from labeling.models import SavedFilter, TransactionExport
from scoring.domain.errors import FieldError, InvalidRecord, NotFound

MOST_FILTERS = 30
NAME_LENGTH = 40
QUERY_LENGTH = 500
# Where somebody was in the list is not what they looked for.
PLACES = ("older", "newer")


def save_filter(*, owner: User, name: str, query: str, shared: bool, now: datetime) -> SavedFilter:
    """Keep a search under a name, over an earlier one of that name. Raises InvalidRecord."""
    name, query = name.strip(), cleaned(query)
    errors = []
    if not 0 < len(name) <= NAME_LENGTH:
        sentence = f"A name has 1 to {NAME_LENGTH} characters."
        errors.append(FieldError("name", "required", sentence))
    if not query or len(query) > QUERY_LENGTH:
        errors.append(FieldError("query", "required", "Choose something to look for first."))
    known = SavedFilter.objects.filter(owner=owner)
    if known.exclude(name=name).count() >= MOST_FILTERS:
        errors.append(FieldError("name", "too_many", f"At most {MOST_FILTERS}: delete one first."))
    if errors:
        raise InvalidRecord(errors, errors[0].message)
    saved, _ = SavedFilter.objects.update_or_create(
        owner=owner,
        name=name,
        defaults={"query": query, "shared": shared, "saved_at": now},
    )
    return saved


def delete_filter(*, owner: User, filter_id: int) -> None:
    """Forget a search of one's own. Raises NotFound."""
    deleted, _ = SavedFilter.objects.filter(owner=owner, pk=filter_id).delete()
    if not deleted:
        raise NotFound("unknown_filter", "You have no such filter.")


def log_export(*, person: User, query: str, rows: int, now: datetime) -> TransactionExport:
    """Write down that somebody took transactions out of the product."""
    return TransactionExport.objects.create(
        person=person, query=cleaned(query)[:QUERY_LENGTH], rows=rows, exported_at=now
    )


def cleaned(query: str) -> str:
    """The parameters that say something, without the place in the list."""
    told = [(name, value) for name, value in parse_qsl(query) if value and name not in PLACES]
    return urlencode(told)
