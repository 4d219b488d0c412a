"""What we hold for true about a payment: a pure function of the claims known at a moment.

Claims never change; only this rule may, and then RESOLUTION_VERSION grows, so that a dataset
can say with which rule its labels were made. `resolution_sql` states the same rule for sets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from labeling.domain.disputes import LIABILITY_STAGES
from labeling.domain.scheme_reasons import MERCHANT_DISPUTE, fraud_type_of_reason

# 2: a chargeback whose reason code nobody knows leaves the label open.
RESOLUTION_VERSION = 2

FRAUD = "fraud"
LEGITIMATE = "legitimate"
UNKNOWN = "unknown"

OPINION = 30
# Who is believed first. Money that moved back outweighs words, the customer's own words outweigh
# ours, several looks outweigh one, and silence comes last.
STRENGTHS = {
    "dispute_reversal": 90,
    "chargeback": 80,
    "customer_confirmation": 70,
    "fraud_report": 70,
    "import": 65,
    "appeal": 60,
    "adjudication": 50,
    "manual": 35,
    "verdict": OPINION,
    "second_review": OPINION,
    "matured": 10,
}
VERIFIED = 40  # a verdict or second review that rests on more than an opinion
VERIFICATIONS = ("customer_contacted", "documents", "challenge_passed")

DISPUTED = ("chargeback", "dispute_reversal")
FIRST_PARTY_TYPES = ("friendly_fraud", "first_party")


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody said about one transaction, and since when we know it.

    The texts are the values of `labeling.models.Label`. `propensity` is the probability with
    which the claim came about, where its route guarantees one.
    """

    transaction_id: int
    value: str
    source: str
    known_at: datetime
    verification: str = ""
    fraud_type: str = ""
    reason: str = ""
    dispute_stage: str = ""
    occurred_at: datetime | None = None
    reviewer_id: int | None = None
    verdict_id: int | None = None
    propensity: float | None = None
    supersedes_id: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ResolvedLabel:
    """The outcome for one transaction.

    value: fraud, legitimate or unknown; None where nobody has claimed anything yet.
    known_at: when this value was first claimed. conflict: some claim says the opposite.
    trains: whether a model may learn from it; proven first-party fraud looks like any honest
    payment, so it may not. claims: how many stand behind it, for and against. heads: how many
    people's opinions carry it; 0 where something stronger does.
    """

    value: str | None
    source: str = ""
    fraud_type: str = ""
    known_at: datetime | None = None
    conflict: bool = False
    trains: bool = False
    claims: int = 0
    heads: int = 0


def resolve(claims: Iterable[Claim], *, as_of: datetime) -> ResolvedLabel:
    """The resolved label of one transaction from its `claims` known at `as_of`.

    The strongest claim wins; among equally strong ones the newest, but opinions are counted by
    heads, and equal numbers leave the value unknown until somebody decides.
    """
    standing = standing_claims(claim for claim in claims if claim.known_at <= as_of)
    if not standing:
        return ResolvedLabel(None)
    winner = _winner(standing)
    first_party = any(claim.fraud_type in FIRST_PARTY_TYPES for claim in standing)
    behind = [claim for claim in standing if meaning(claim) == winner]
    strongest = max(behind, key=weight, default=None)
    return ResolvedLabel(
        value=winner,
        source=strongest.source if strongest else "",
        fraud_type=_fraud_type(behind) if winner == FRAUD else "",
        known_at=min((claim.known_at for claim in behind), default=None),
        conflict=len({meaning(claim) for claim in standing} - {UNKNOWN}) > 1,
        trains=winner != UNKNOWN and not first_party,
        claims=len(standing),
        heads=_opinions(behind, winner),
    )


def fraud_intervals(claims: Sequence[Claim]) -> list[tuple[datetime, datetime | None]]:
    """When the resolved label was fraud: (from, until) pairs, the last perhaps still open."""
    intervals: list[tuple[datetime, datetime | None]] = []
    since: datetime | None = None
    for moment in sorted({claim.known_at for claim in claims}):
        is_fraud = resolve(claims, as_of=moment).value == FRAUD
        if is_fraud and since is None:
            since = moment
        elif not is_fraud and since is not None:
            intervals.append((since, moment))
            since = None
    return intervals if since is None else [*intervals, (since, None)]


def meaning(claim: Claim) -> str:
    """What a claim says about the truth, which may be less than it says at first sight.

    A dispute with the merchant is legitimate here. Feeds of chargebacks call everything fraud, so
    one whose reason code is not in the table says nothing, unless its sender names the type.
    """
    if claim.source not in DISPUTED:
        return claim.value
    if claim.dispute_stage in LIABILITY_STAGES:
        return UNKNOWN
    if claim.value != FRAUD:
        return claim.value
    by_reason = fraud_type_of_reason(claim.reason)
    if by_reason == MERCHANT_DISPUTE:
        return LEGITIMATE
    unheard_of = claim.reason.strip() and not by_reason and not claim.fraud_type
    return UNKNOWN if unheard_of else FRAUD


def standing_claims(claims: Iterable[Claim]) -> list[Claim]:
    """Those among the claims known at a moment that no other one of them replaces."""
    known = list(claims)
    replaced = {claim.supersedes_id for claim in known if claim.supersedes_id is not None}
    return [claim for claim in known if claim.id is None or claim.id not in replaced]


def strength(claim: Claim) -> int:
    """How much a claim weighs; a source that is not in the table weighs nothing."""
    standing = STRENGTHS.get(claim.source, 0)
    if standing == OPINION and claim.verification in VERIFICATIONS:
        return VERIFIED
    return standing


def _winner(standing: Sequence[Claim]) -> str:
    telling = [claim for claim in standing if meaning(claim) != UNKNOWN]
    if not telling:
        return UNKNOWN
    top = max(strength(claim) for claim in telling)
    strongest = [claim for claim in telling if strength(claim) == top]
    if top == OPINION:
        return _majority(strongest)
    return meaning(max(strongest, key=weight))


def _majority(opinions: Sequence[Claim]) -> str:
    fraud, legitimate = (_heads(opinions, value) for value in (FRAUD, LEGITIMATE))
    if fraud == legitimate:
        return UNKNOWN
    return FRAUD if fraud > legitimate else LEGITIMATE


def _opinions(behind: Sequence[Claim], winner: str) -> int:
    if winner == UNKNOWN or max(map(strength, behind), default=0) != OPINION:
        return 0
    return _heads([claim for claim in behind if strength(claim) == OPINION], winner)


def _heads(opinions: Sequence[Claim], value: str) -> int:
    """How many people say `value`; a claim without a reviewer is somebody of its own."""
    agreeing = [claim for claim in opinions if meaning(claim) == value]
    nameless = sum(claim.reviewer_id is None for claim in agreeing)
    return nameless + len({claim.reviewer_id for claim in agreeing} - {None})


def weight(claim: Claim) -> tuple[int, datetime, int]:
    """What claims are ordered by: strength, then news, then the order of their arrival."""
    return strength(claim), claim.known_at, claim.id or 0


def _fraud_type(behind: Sequence[Claim]) -> str:
    """The type that the strongest claim names, else what its scheme's reason code says."""
    for claim in sorted(behind, key=weight, reverse=True):
        named = claim.fraud_type or _type_by_reason(claim)
        if named:
            return named
    return ""


def _type_by_reason(claim: Claim) -> str:
    return fraud_type_of_reason(claim.reason) if claim.source == "chargeback" else ""
