"""What a reader looks for among transactions, read from an address and checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from scoring.domain import keys, values
from scoring.domain.values import Refused

PERIODS = {
    "1h": timedelta(hours=1),
    "24h": timedelta(days=1),
    "7d": timedelta(days=7),
    "14d": timedelta(days=14),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
}
WAITING = "waiting"
OUTCOMES = ("approve", "review", "block", WAITING)
FINAL_OUTCOMES = ("approve", "review", "block")
CONTRADICTED = "contradicted"
LABELS = ("fraud", "legitimate", CONTRADICTED)
A_CHANNEL = "A channel is a short word, such as web."
A_COUNTRY = "A country is two letters, such as DE."
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins or ends: a row's moment and id, for there may be two at one moment."""

    occurred_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.occurred_at - _EPOCH) // _MICROSECOND}.{self.id}"


@dataclass(frozen=True, slots=True)
class Criteria:
    """What to look for. Empty means any; amounts are in the reporting currency."""

    words: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    period: str = ""
    outcome: str = ""
    final: str = ""
    label: str = ""
    channel: str = ""
    country: str = ""
    score_from: float | None = None
    score_to: float | None = None
    since: date | None = None
    until: date | None = None
    older_than: Place | None = None
    newer_than: Place | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def opinion_asked(self) -> bool:
        """Whether it looks for what machine and people think of payments."""
        return bool(self.outcome or self.final or self.label or self._scores_asked)

    @property
    def rarely_asked(self) -> bool:
        """Whether it uses what few searches need."""
        written = (self.final, self.label, self.channel, self.country, self.since, self.until)
        return any(written) or self._scores_asked

    @property
    def _scores_asked(self) -> bool:
        return self.score_from is not None or self.score_to is not None

    @property
    def narrows(self) -> bool:
        """Whether anything but the place in the list is asked for."""
        amounts_asked = self.amount_from is not None or self.amount_to is not None
        return bool(self.words or self.period or self.outcome or amounts_asked or self.rarely_asked)


def read_criteria(parameters: Mapping[str, str]) -> Criteria:
    """Return what the parameters ask for; what cannot be read is left out and told in `errors`."""
    errors: dict[str, str] = {}
    return Criteria(
        words=_words(parameters, errors),
        amount_from=_amount(parameters, "from", errors),
        amount_to=_amount(parameters, "to", errors),
        period=_choice(parameters, "time", PERIODS, errors),
        outcome=_choice(parameters, "outcome", OUTCOMES, errors),
        final=_choice(parameters, "final", FINAL_OUTCOMES, errors),
        label=_choice(parameters, "label", LABELS, errors),
        channel=_normalised(parameters, "channel", values.category, A_CHANNEL, errors),
        country=_normalised(parameters, "country", values.country, A_COUNTRY, errors),
        score_from=_score(parameters, "score_from", errors),
        score_to=_score(parameters, "score_to", errors),
        since=_day(parameters, "since", errors),
        until=_day(parameters, "until", errors),
        older_than=_place(parameters.get("older", "")),
        newer_than=_place(parameters.get("newer", "")),
        errors=errors,
    )


def _words(parameters: Mapping[str, str], errors: dict[str, str]) -> str:
    words = keys.normalised(parameters.get("q", ""))
    if keys.has_unseen(words) or len(words) > 254:
        errors["q"] = "No id is that long or has invisible characters."
        return ""
    return words


def _normalised(
    parameters: Mapping[str, str],
    name: str,
    read: Callable[[str], str],
    hint: str,
    errors: dict[str, str],
) -> str:
    """Read a value as intake spells it, so that both meet."""
    written = parameters.get(name, "").strip()
    try:
        return read(written) if written else ""
    except Refused:
        errors[name] = hint
        return ""


def _amount(parameters: Mapping[str, str], name: str, errors: dict[str, str]) -> Decimal | None:
    written = parameters.get(name, "").strip()
    if not written:
        return None
    try:
        return values.money(written)
    except Refused:
        errors[name] = "An amount is a number such as 49.90."
        return None


def _score(parameters: Mapping[str, str], name: str, errors: dict[str, str]) -> float | None:
    written = parameters.get(name, "").strip()
    if not written:
        return None
    try:
        score = float(written)
    except ValueError:
        score = -1.0
    if not 0 <= score <= 1:
        errors[name] = "A score lies between 0 and 1, such as 0.35."
        return None
    return score


def _day(parameters: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    written = parameters.get(name, "").strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        errors[name] = "A day is written like 2026-11-19."
        return None


def _choice(
    parameters: Mapping[str, str],
    name: str,
    choices: Mapping[str, object] | tuple[str, ...],
    errors: dict[str, str],
) -> str:
    chosen = parameters.get(name, "")
    if chosen and chosen not in choices:
        errors[name] = "There is no such choice."
        return ""
    return chosen


def _place(written: str) -> Place | None:
    """Read a place; a mangled one is as good as none."""
    microseconds, _, id_ = written.partition(".")
    try:
        return Place(_EPOCH + int(microseconds) * _MICROSECOND, int(id_))
    except (ValueError, OverflowError):
        return None
