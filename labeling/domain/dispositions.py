"""What may happen to a payment after a verdict, the obvious thing first."""

from labeling.domain.lifecycle import VerdictValue
from scoring.domain.disposing import POSSIBLE, default_action

STEP_UP = "step_up"


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
    challenge = outcome == "review" and STEP_UP in POSSIBLE[payment_stage]
    return (obvious, STEP_UP) if challenge else (obvious,)
