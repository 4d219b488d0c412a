"""What became of payments, as one reader may know it: a label, an outcome, or kept back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import OuterRef, Subquery

from labeling.models import ReviewItem
from labeling.selectors.blindness import hidden_among
from labeling.selectors.labels import resolved_labels
from scoring.access import Person
from scoring.models import Decision, Disposition
from scoring.selectors.decisions import FINAL

SOURCE_WORDS = {
    "verdict": "by verdict",
    "second_review": "by second review",
    "adjudication": "settled by a lead",
    "appeal": "after an appeal",
    "chargeback": "charged back",
    "fraud_report": "reported as fraud",
    "customer_confirmation": "customer said so",
    "dispute_reversal": "dispute reversed",
    "matured": "nobody complained",
    "manual": "entered by hand",
    "import": "imported",
}
LABELS = {1: "fraud", 0: "legitimate", -1: "cannot_tell"}


@dataclass(frozen=True, slots=True)
class Became:
    """`label` is coloured truth, `outcome` what machine and people did; both may be empty.

    `source` and `known_at` say where the label comes from and since when it is known.
    """

    label: str = ""
    outcome: str = ""
    holder: str = ""
    kept_back: bool = False
    source: str = ""
    known_at: datetime | None = None

    @property
    def judged(self) -> str:
        """The label where somebody spoke; that nobody complained clears nobody."""
        return "" if self.source == "matured" and self.label == "legitimate" else self.label

    @property
    def source_words(self) -> str:
        """Where the label comes from, in a few words."""
        return SOURCE_WORDS.get(self.source, self.source.replace("_", " "))


NOTHING_KNOWN = Became()


def what_became(
    transaction_ids: Collection[int], *, reader: Person, now: datetime
) -> dict[int, Became]:
    """What became of each of these payments; at most five queries for any number of them."""
    if not transaction_ids:
        return {}
    hidden = hidden_among(reader, transaction_ids)
    seen = [id for id in transaction_ids if id not in hidden]
    labels = _labels(seen, now)
    outcomes = _outcomes(seen)
    holders = _holders(seen)
    nothing = ("", "", None)
    told = {}
    for id in seen:
        label, source, known_at = labels.get(id, nothing)
        told[id] = Became(
            label=label,
            outcome=outcomes.get(id, ""),
            holder=holders.get(id, ""),
            source=source,
            known_at=known_at,
        )
    return told | dict.fromkeys(hidden, Became(kept_back=True))


def _labels(
    transaction_ids: Collection[int], now: datetime
) -> dict[int, tuple[str, str, datetime | None]]:
    resolved = resolved_labels(as_of=now, transaction_ids=list(transaction_ids))
    rows = zip(
        resolved.transaction_ids.tolist(),
        resolved.is_fraud.tolist(),
        resolved.sources.tolist(),
        resolved.known_at.tolist(),
        strict=True,
    )
    return {
        # Where people contradict each other nobody has said what holds: that it is open.
        int(id): (LABELS[value], source, known_at and known_at.replace(tzinfo=UTC))
        for id, value, source, known_at in rows
    }


def _outcomes(transaction_ids: Collection[int]) -> dict[int, str]:
    newest = Disposition.objects.filter(transaction_id=OuterRef("pk")).order_by("-pk")
    rows = Decision.objects.filter(pk__in=transaction_ids).annotate(
        action=Subquery(newest.values("action")[:1])
    )
    return {
        id: FINAL[Disposition.Action(action)] if action else outcome
        for id, outcome, action in rows.values_list("pk", "outcome", "action")
    }


def _holders(transaction_ids: Collection[int]) -> dict[int, str]:
    """Who has these payments on the screen now."""
    held = ReviewItem.objects.filter(
        transaction_id__in=transaction_ids, resolution="", task__status="leased"
    ).values_list("transaction_id", "task__leased_by__first_name", "task__leased_by__username")
    return {id: first_name or username for id, first_name, username in held}
