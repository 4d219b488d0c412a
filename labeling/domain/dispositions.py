"""What may happen to a payment after a verdict, the obvious thing first."""

from labeling.domain.lifecycle import VerdictValue
from scoring.domain.disposing import POSSIBLE, default_action

STEP_UP = "step_up"
AGAINST = ("decline", "void", "refund")


def choices(verdict: VerdictValue, *, outcome: str, payment_stage: str) -> tuple[str, ...]:
    """Return the possible dispositions; empty where the payment stays as it is.

    `outcome` is what the payment's outcome is now, dispositions included, and `payment_stage` how
    far its money has moved by now. A held payment can also be sent back to its customer.
    """
    if verdict is VerdictValue.CANNOT_TELL:
        return ()
    fraud = verdict is VerdictValue.FRAUD
    obvious = default_action(fraud=fraud, outcome=outcome, payment_stage=payment_stage)
    if obvious is None:
        return ()
    others = AGAINST if fraud else ()
    if outcome == "review":
        others = (*others, STEP_UP)
    possible = POSSIBLE[payment_stage]
    return (obvious, *(other for other in others if other in possible and other != obvious))
