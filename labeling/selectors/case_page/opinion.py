"""What machine and people think of one payment. Only for eyes that may see it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from labeling.domain.ledger import Ledger, ledger
from labeling.models import Verdict
from labeling.selectors.labels import TimelineEntry, timeline_of
from scoring.models import Decision, Disposition, Explanation, Transaction

VISIBLE = 0.005


@dataclass(frozen=True, slots=True)
class Opinion:
    """The score with its reasons, and every verdict, label and disposition so far."""

    decision: Decision
    ledger: Ledger | None
    other_inputs: int
    verdicts: Sequence[Verdict]
    labels: Sequence[TimelineEntry]
    dispositions: Sequence[Disposition]

    @property
    def low(self) -> float:
        """The left end of one scale for the bars; the base value has none and would dwarf them."""
        return min(0.0, *self._parts())

    @property
    def high(self) -> float:
        """The right end of the scale."""
        return max(0.0, *self._parts())

    def _parts(self) -> list[float]:
        if self.ledger is None:
            return [0.0]
        return [self.ledger.rest, *(row.contribution for row in self.ledger.rows)]

    @property
    def of_hundred(self) -> str:
        """How many of 100 payments scored like this are fraud, in words."""
        probability = self.decision.probability or 0.0
        if probability < 0.01:
            return "fewer than 1"
        return "more than 99" if probability > 0.99 else f"{probability * 100:.0f}"

    @property
    def calibrated(self) -> bool:
        """Whether calibration moved the score visibly away from the sum of the ledger."""
        if self.ledger is None or self.decision.probability is None:
            return False
        uncalibrated = 1 / (1 + math.exp(-self.ledger.total))
        return abs(uncalibrated - self.decision.probability) >= VISIBLE


def opinion_of(payment: Transaction) -> Opinion:
    """Everything thought and done about a payment; the caller asks blindness first."""
    decision = Decision.objects.select_related("policy", "model_version").get(pk=payment.pk)
    explanation = Explanation.objects.filter(pk=payment.pk).first()
    return Opinion(
        decision=decision,
        ledger=_ledger(explanation) if explanation else None,
        other_inputs=_untold(explanation) if explanation else 0,
        verdicts=list(
            Verdict.objects.filter(item__transaction=payment)
            .select_related("reviewer", "reason_code")
            .order_by("pk")
        ),
        labels=[e for e in timeline_of(payment.pk) if e.label.verdict_id is None],
        dispositions=list(payment.dispositions.select_related("actor").order_by("pk")),
    )


def _ledger(explanation: Explanation) -> Ledger:
    return ledger(
        base_value=explanation.base_value,
        contributions=explanation.contributions,
        reason_codes=explanation.reason_codes,
    )


def _untold(explanation: Explanation) -> int:
    """How many inputs no sentence tells; a sentence can tell several that belong together."""
    return max(len(explanation.contributions) - len(explanation.reason_codes), 0)
