"""What a verdict does to the payment."""

import pytest

from labeling.domain.dispositions import choices
from labeling.domain.lifecycle import VerdictValue

FRAUD, LEGITIMATE = VerdictValue.FRAUD, VerdictValue.LEGITIMATE


@pytest.mark.parametrize(
    ("verdict", "outcome", "stage", "possible"),
    [
        (LEGITIMATE, "review", "authorized", ("release", "step_up")),
        (FRAUD, "review", "authorized", ("decline", "void", "step_up")),
        (FRAUD, "review", "captured", ("refund", "decline")),
        (LEGITIMATE, "block", "authorized", ("release",)),
        (FRAUD, "block", "authorized", ()),
        (FRAUD, "approve", "authorized", ("void", "decline")),
        (FRAUD, "approve", "captured", ("refund", "decline")),
        (LEGITIMATE, "approve", "authorized", ()),
        (FRAUD, "review", "cancelled", ()),
        (VerdictValue.CANNOT_TELL, "review", "authorized", ()),
    ],
)
def test_the_obvious_disposition_comes_first(verdict, outcome, stage, possible) -> None:
    assert choices(verdict, outcome=outcome, payment_stage=stage) == possible
