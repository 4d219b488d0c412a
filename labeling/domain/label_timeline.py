"""The claims about one payment in the order in which we heard them, and what each changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from labeling.domain.disputes import LIABILITY_STAGES
from labeling.domain.resolution import (
    DISPUTED,
    OPINION,
    UNKNOWN,
    Claim,
    ResolvedLabel,
    meaning,
    resolve,
    standing_claims,
    strength,
    weight,
)
from labeling.domain.scheme_reasons import MERCHANT_DISPUTE, fraud_type_of_reason

SOURCE_WORDS = {
    "verdict": "a verdict",
    "second_review": "a second review",
    "adjudication": "an adjudication",
    "chargeback": "a chargeback",
    "fraud_report": "a fraud report",
    "customer_confirmation": "the customer",
    "dispute_reversal": "a dispute reversal",
    "appeal": "an appeal",
    "matured": "silence",
    "manual": "an entry by hand",
    "import": "an imported label",
}


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """One claim: what it means, why that is less than it says (or ""), what held once we knew it.

    `replaced`: a later claim has taken its place. `changed`: the resolved value was another one
    before.
    """

    claim: Claim
    meaning: str
    note: str
    replaced: bool
    after: ResolvedLabel
    changed: bool


def claim_steps(claims: Sequence[Claim]) -> list[ClaimStep]:
    """The claims in the order of `known_at`, each with the resolved label after it."""
    ordered = sorted(claims, key=lambda claim: (claim.known_at, claim.id or 0))
    replaced = {claim.supersedes_id for claim in claims} - {None}
    steps: list[ClaimStep] = []
    before = ResolvedLabel(None)
    for place, claim in enumerate(ordered, start=1):
        # Of claims that became known at one moment the later ones are not known to the earlier.
        after = resolve(ordered[:place], as_of=claim.known_at)
        steps.append(
            ClaimStep(
                claim,
                meaning(claim),
                claim_note(claim),
                claim.id in replaced,
                after,
                after.value != before.value,
            )
        )
        before = after
    return steps


def claim_note(claim: Claim) -> str:
    """Why a claim means less than it says, as a sentence; empty where it says what it means."""
    if meaning(claim) == claim.value or claim.source not in DISPUTED:
        return ""
    if claim.dispute_stage in LIABILITY_STAGES:
        return "Winning it moved the loss to somebody else; it does not say what happened."
    if fraud_type_of_reason(claim.reason) == MERCHANT_DISPUTE:
        return f"Code {claim.reason} is a dispute with the merchant, which is legitimate here."
    return f"Code {claim.reason} is not in our table: it says nothing until its type is named."


def conflict_sentence(claims: Sequence[Claim]) -> str:
    """Who contradicts whom among the claims that stand, and who is believed why; "" if nobody."""
    standing = [claim for claim in standing_claims(claims) if meaning(claim) != UNKNOWN]
    if len({meaning(claim) for claim in standing}) < 2:
        return ""
    winner = resolve(standing, as_of=max(claim.known_at for claim in standing)).value
    ranked = sorted(standing, key=weight, reverse=True)
    if winner == UNKNOWN:
        first, second = ranked[0], next(c for c in ranked if meaning(c) != meaning(ranked[0]))
        return f"{_says(first)}, {_says(second, small=True)}: open until somebody settles it."
    behind = next(claim for claim in ranked if meaning(claim) == winner)
    against = next(claim for claim in ranked if meaning(claim) != winner)
    return f"{_says(behind)}, {_says(against, small=True)}. {_why(behind, against)}"


def source_words(source: str) -> str:
    """Who says so, to be put after "by".

    >>> source_words("chargeback")
    'a chargeback'
    """
    return SOURCE_WORDS.get(source, source.replace("_", " "))


def _says(claim: Claim, *, small: bool = False) -> str:
    source = source_words(claim.source)
    return f"{source if small else source[0].upper() + source[1:]} says {meaning(claim)}"


def _why(behind: Claim, against: Claim) -> str:
    if strength(behind) > strength(against):
        return "The first counts more, whenever it came."
    if strength(behind) == OPINION:
        return "More people are of the first opinion."
    return "They count alike, so the newer one is believed."
