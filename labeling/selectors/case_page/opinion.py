"""What machine and people think of one payment. Only for eyes that may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from labeling.domain.ledger import Ledger, probability
from labeling.models import Verdict
from labeling.selectors.case_page.explaining import explained
from labeling.selectors.case_page.stages import stage_now
from labeling.selectors.labels import LabelTimeline, timeline_of
from scoring.models import Decision, Disposition, Transaction

VISIBLE = 0.005


@dataclass(frozen=True, slots=True)
class Opinion:
    """The score with its reasons, and every verdict, label and disposition so far."""

    decision: Decision
    stage: str
    ledger: Ledger | None
    verdicts: Sequence[Verdict]
    labels: LabelTimeline
    dispositions: Sequence[Disposition]

    @property
    def of_hundred(self) -> str:
        """How many of 100 payments scored like this are fraud, in words."""
        score = self.decision.probability or 0.0
        if score < 0.01:
            return "fewer than 1"
        return "more than 99" if score > 0.99 else f"{score * 100:.0f}"

    @property
    def calibrated(self) -> bool:
        """Whether calibration moved the score visibly away from the sum of the ledger."""
        if self.ledger is None or self.decision.probability is None:
            return False
        return abs(probability(self.ledger.total) - self.decision.probability) >= VISIBLE


def opinion_of(payment: Transaction, *, explain: bool = True) -> Opinion:
    """Everything thought and done about a payment; the caller asks blindness first.

    `explain` is False where the reasons are kept back.
    """
    decision = Decision.objects.select_related("policy", "model_version__feature_set").get(
        pk=payment.pk
    )
    dispositions = list(payment.dispositions.select_related("actor").order_by("pk"))
    return Opinion(
        decision=decision,
        stage=stage_now(payment, decision, dispositions),
        ledger=explained(payment.pk, decision.model_version) if explain else None,
        verdicts=list(
            Verdict.objects.filter(item__transaction=payment)
            .select_related("reviewer", "reason_code")
            .order_by("pk")
        ),
        labels=timeline_of(payment.pk),
        dispositions=dispositions,
    )
