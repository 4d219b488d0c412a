"""A payment in the words of those who speak with customers: no score, no reasons, no codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from scoring.domain import keys, values
from scoring.domain.values import Refused

# How the payment stands for its customer: the icon and the word.
STATES: Mapping[str, tuple[str, str]] = {
    "approved": ("approve", "Approved"),
    "declined": ("block", "Declined"),
    "held": ("held", "Held"),
    "awaited": ("clock", "Not decided yet"),
    "history": ("information", "Imported history"),
    "kept_back": ("lock", "Kept back"),
}
OF_OUTCOME = {"approve": "approved", "block": "declined", "review": "held"}
AT_ONCE = {
    "approve": "The payment was approved at once.",
    "block": "The payment was declined at once.",
    "review": "The payment was held, for a person to look at it.",
}
WHAT_HAPPENED = {
    "release": "released",
    "decline": "declined",
    "void": "declined, and the hold on the money was lifted",
    "refund": "declined, and the money was sent back",
    "step_up": "sent back to the customer, to show who they are",
}
BECAUSE = {
    "verdict": "A reviewer looked: the payment was {}.",
    "timeout": "Nobody decided in time: by the house rule the payment was {}.",
    "override": "A lead stepped in: the payment was {}.",
}
GRANTED = "The appeal was granted: the decline was wrong and is taken back."
EVENTS = {
    "issuer_declined": "The customer’s bank declined it.",
    "captured": "The merchant took the money.",
    "cancelled": "The payment was cancelled.",
    "refunded": "The money was sent back.",
    "challenge_passed": "The customer showed who they are.",
    "challenge_failed": "The customer did not show who they are.",
}
WON = "The dispute was won: the money stays with the merchant."
# Of what the world tells of a payment, only what moves money or comes from the bank.
FROM_OUTSIDE = {
    "chargeback": "The customer’s bank asked for the money back.",
    "dispute_reversal": "The bank took its claim back.",
    "fraud_report": "The bank reported the card as misused.",
}


@dataclass(frozen=True, slots=True)
class SupportQuery:
    """What a support agent looks for: an id, a card, an e-mail, or an amount on a day."""

    words: str = ""
    amount: Decimal | None = None
    day: date | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether there is something to look for: an amount alone would fit too much."""
        return bool(self.words or (self.amount is not None and self.day is not None))


def state(*, outcome: str | None, imported: bool) -> str:
    """How a payment stands, by what finally became of it.

    >>> state(outcome="block", imported=False)
    'declined'
    """
    if outcome is None:
        return "history" if imported else "awaited"
    return OF_OUTCOME[outcome]


def disposed(action: str, cause: str) -> str:
    """What a disposition meant for the customer, in one sentence."""
    if (cause, action) == ("appeal", "release"):
        return GRANTED
    return BECAUSE.get(cause, "The payment was {}.").format(WHAT_HAPPENED[action])


def read_query(parameters: Mapping[str, str]) -> SupportQuery:
    """What the parameters ask for; what cannot be read is told in `errors`."""
    errors: dict[str, str] = {}
    words = keys.normalised(parameters.get("q", ""))
    if keys.has_unseen(words) or len(words) > 254:
        errors["q"] = "No id is that long or has invisible characters."
        words = ""
    amount = _amount(parameters.get("amount", "").strip(), errors)
    day = _day(parameters.get("day", "").strip(), errors)
    if not errors and not words and (amount is None) != (day is None):
        errors["day"] = "An amount is looked for on a day: fill in both."
    return SupportQuery(words, amount, day, errors)


def _amount(written: str, errors: dict[str, str]) -> Decimal | None:
    if not written:
        return None
    try:
        return values.money(written)
    except Refused:
        errors["amount"] = "An amount is a number such as 49.90."
        return None


def _day(written: str, errors: dict[str, str]) -> date | None:
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = date.min
    if day.year < 1970 or day.year > 9000:
        errors["day"] = "A day is written like 2026-11-20."
        return None
    return day
