"""Why an item or a task is here, in one sentence."""

from collections.abc import Sequence
from datetime import datetime

from labeling.domain.grouping import EntityKind
from labeling.domain.learning import Lesson
from scoring.domain import wording

BLIND = "Selected for review."
PASSED_ON = "Every analyst on duty has passed on this case."
LENGTH = 200

LESSONS = {
    Lesson.UNCERTAIN: "To learn from: the score lies where the model is least sure what to do.",
    Lesson.NOVEL: "To learn from: this payment is unlike earlier ones of its customer and card.",
}

# Why a payment without reason sentences is held, by the reason of its decision.
BY_DECISION = {
    "score": "The score lies between review and block.",
    "no_model": "No model was in use; the policy's fallback asks a person.",
    "over_capacity": "No model was in use; the policy's fallback asks a person.",
    "time_budget": "Scoring took too long; the policy's fallback asks a person.",
    "scoring_error": "Scoring failed; the policy's fallback asks a person.",
}


def why_item(*, decision_reason: str, strongest: str | None) -> str:
    """The strongest reason towards fraud, or why there is none."""
    return _sentence(strongest) if strongest else BY_DECISION[decision_reason]


def why_task(
    *, entity: EntityKind | None, item_sentences: Sequence[str], times: Sequence[datetime]
) -> str:
    """The sentence of the only item, or how many payments came how fast.

    `times` are the times of the payments; there is one sentence for each.
    """
    if len(item_sentences) == 1 or entity is None:
        return item_sentences[0]
    whom = "customer" if entity is EntityKind.CUSTOMER else "card"
    length = wording.duration(max(times) - min(times))
    within = "within a minute" if length == "0 min" else f"in {length}"
    return f"{wording.count(len(times), 'payment')} of one {whom} {within}."


def why_escalated(reason: str) -> str:
    """Why a lead has to decide, in the words of whoever could not."""
    return _sentence(f"Escalated: {reason.strip()}")


def why_appeal(reason: str) -> str:
    """Why an appeal is here, in the customer's words."""
    return _sentence(f"The customer appeals: {' '.join(reason.split())}")


def _sentence(text: str) -> str:
    shortened = text if len(text) < LENGTH else f"{text[: LENGTH - 2].rstrip()}…"
    return shortened if shortened[-1] in ".…" else f"{shortened}."
