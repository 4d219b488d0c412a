"""Which dispositions a payment allows, by how far its money has moved."""

from collections.abc import Sequence

from scoring.domain.errors import InvalidTransition

ENDED = ("issuer_declined", "cancelled", "refunded")
POSSIBLE = {
    "pre_authorization": ("release", "decline", "step_up"),
    "authorized": ("release", "decline", "void", "step_up"),
    "captured": ("release", "decline", "refund"),
    **dict.fromkeys(ENDED, ()),
}


def stage_after(payment_stage: str, event_types: Sequence[str]) -> str:
    """Return the stage of a payment after its events, in the order in which they occurred.

    >>> stage_after("authorized", ["captured", "refunded"])
    'refunded'
    """
    stage = payment_stage
    for event in event_types:
        if event in (*ENDED, "captured"):
            stage = event
    return stage


def default_action(*, fraud: bool, outcome: str, payment_stage: str) -> str | None:
    """Return the obvious disposition after a verdict, or None where nothing needs to happen.

    Money that has not left is declined, a hold on it voided, money that has left refunded; an
    approval that proves right needs nothing.
    """
    if payment_stage in ENDED:
        return None
    if not fraud:
        return None if outcome == "approve" else "release"
    if outcome == "block":
        return None
    if outcome == "review":
        return "decline" if payment_stage != "captured" else "refund"
    return {"pre_authorization": "decline", "authorized": "void"}.get(payment_stage, "refund")


def refuse_impossible(action: str, *, payment_stage: str, cause: str = "") -> None:
    """Raise InvalidTransition (`disposition_impossible`) where the stage does not allow it.

    An appeal may take a decline back at every stage: where the money has gone its way, the release
    still says that the decline was wrong.
    """
    if (cause, action) == ("appeal", "release"):
        return
    if action not in POSSIBLE[payment_stage]:
        raise InvalidTransition(
            "disposition_impossible",
            f"A payment that is {payment_stage.replace('_', ' ')} cannot be answered with"
            f" {action.replace('_', ' ')}.",
        )
