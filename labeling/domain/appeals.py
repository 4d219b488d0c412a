"""When an appeal may be filed, what it may do, and what became of it."""

from enum import StrEnum

from labeling.domain.lifecycle import VerdictValue
from scoring.domain.errors import Conflict, FieldError, Forbidden, InvalidRecord, InvalidTransition

NEW_EVIDENCE = "Say what is new since the last appeal was decided."
OUTCOME_WORDS = {"approve": "approved", "review": "held, and a person is to decide"}


class AppealStatus(StrEnum):
    """Where an appeal stands; rejected means that the decline stays."""

    OPEN = "open"
    GRANTED = "granted"
    REJECTED = "rejected"


def check_filing(
    *, outcome: str | None, open_before: bool, decided_before: bool, lead: bool, new_evidence: str
) -> None:
    """Nothing, or the reason why this payment cannot be appealed now.

    `outcome` is what finally became of the payment. Raises InvalidTransition (`not_declined`),
    Conflict (`appeal_open`), Forbidden (`lead_needed`), InvalidRecord without new evidence.
    """
    if open_before:
        raise Conflict("appeal_open", "An appeal of this payment waits for its decision already.")
    if outcome != "block":
        words = OUTCOME_WORDS.get(outcome or "", "not decided")
        raise InvalidTransition(
            "not_declined", f"Only a declined payment can be appealed; this one is {words}."
        )
    if decided_before and not lead:
        raise Forbidden(
            "lead_needed", "An appeal of this payment was rejected; only a lead can file another."
        )
    if decided_before and not new_evidence:
        raise InvalidRecord([FieldError("new_evidence", "required", NEW_EVIDENCE)], NEW_EVIDENCE)


def status(*, resolved: bool, verdict: str) -> AppealStatus:
    """What became of an appeal, by the last verdict on it; who cannot tell changes nothing.

    >>> status(resolved=True, verdict="legitimate").value
    'granted'
    """
    if not resolved:
        return AppealStatus.OPEN
    granted = verdict == VerdictValue.LEGITIMATE
    return AppealStatus.GRANTED if granted else AppealStatus.REJECTED


def dispositions(verdict: VerdictValue, *, outcome: str) -> tuple[str, ...]:
    """What may follow for the payment: a decline is taken back, or everything stays.

    The release is said even where the money has long gone its way: it tells that the decline was
    wrong, and nobody else could.
    """
    wrong = verdict is VerdictValue.LEGITIMATE and outcome == "block"
    return ("release",) if wrong else ()
