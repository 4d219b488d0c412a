"""What a browser sent, as values of the domain."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.selectors.queue import QueueFilters
from labeling.services import LinkedVerdict
from scoring.domain.errors import FieldError, InvalidRecord

AMOUNTS = {
    "under-50": ("under €50", None, 50),
    "50-500": ("€50 to €500", 50, 500),
    "500-1000": ("€500 to €1,000", 500, 1000),
    "over-1000": ("from €1,000", 1000, None),
}
DUE = {
    "late": ("late", timedelta(0)),
    "30": ("within 30 min", timedelta(minutes=30)),
    "60": ("within an hour", timedelta(hours=1)),
}
AS_THE_OTHERS = ""
UNKNOWN_VERDICT = "Choose fraud, legitimate or cannot tell."


def read_filters(query: QueryDict) -> QueueFilters:
    """The filters of the queue page; what it does not know counts as any."""
    _, low, high = AMOUNTS.get(query.get("amount", ""), ("", None, None))
    _, due = DUE.get(query.get("due", ""), ("", None))
    return QueueFilters(
        lane=query.get("lane", ""),
        queue=query.get("queue", ""),
        channel=query.get("channel", ""),
        min_amount=None if low is None else Decimal(low),
        max_amount=None if high is None else Decimal(high),
        due_within=due,
        free_only=query.get("held") != "1",
    )


def read_number(text: str | None) -> int | None:
    """A whole number, or None for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def read_seconds(text: str | None) -> float | None:
    """Measured seconds, or None where the page measured nothing."""
    try:
        seconds = Decimal(text or "")
    except InvalidOperation:
        return None
    return float(seconds) if seconds.is_finite() else None


def read_judgement(form: QueryDict) -> Judgement:
    """The verdict that counts for every payment. Raises InvalidRecord."""
    return _judgement(form.get("verdict", ""), form)


def read_judgements(form: QueryDict) -> dict[int, Judgement]:
    """A judgement for each payment that was on the page. Raises InvalidRecord."""
    shown = [number for number in map(read_number, form.getlist("items")) if number is not None]
    if not shown:
        sentence = "The page did not say which payments it showed. Load it again."
        raise InvalidRecord([FieldError("items", "required", sentence)], sentence)
    return {item: _of_item(item, form) for item in shown}


def read_linked(form: QueryDict) -> LinkedVerdict | None:
    """The linked payments that the verdict also counts for; None without any."""
    external_ids = form.getlist("linked")
    return LinkedVerdict(read_judgement(form), external_ids) if external_ids else None


def _of_item(item: int, form: QueryDict) -> Judgement:
    own = form.get(f"verdict-{item}", AS_THE_OTHERS)
    return _judgement(own or form.get("verdict", ""), form)


def _judgement(value: str, form: QueryDict) -> Judgement:
    try:
        verdict = VerdictValue(value)
    except ValueError:
        sentence = "Choose fraud, legitimate or cannot tell."
        raise InvalidRecord(
            [FieldError("verdict", "unknown_verdict", sentence)], sentence
        ) from None
    # A reason chosen before the reviewer changed their mind is not part of the new verdict.
    reason = form.get("reason_code", "") if verdict is VerdictValue.FRAUD else ""
    # So is how one would have known: whoever cannot tell does not.
    unsure = verdict is VerdictValue.CANNOT_TELL
    verification = "" if unsure else form.get("verification", "")
    return Judgement(verdict, reason, form.get("note", "").strip(), verification)
