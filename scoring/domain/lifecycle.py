"""The stages of a model version and the moves between them.

A machine may only go back; a person goes forward. A version that was rolled back never returns:
who wants it again trains it again, and gets a new number.
"""

from scoring.domain.errors import InvalidTransition

CANDIDATE = "candidate"
SHADOW = "shadow"
CANARY = "canary"
PRODUCTION = "production"
ARCHIVED = "archived"
ROLLED_BACK = "rolled_back"

STAGES = (CANDIDATE, SHADOW, CANARY, PRODUCTION, ARCHIVED, ROLLED_BACK)

MOVES: dict[str, frozenset[str]] = {
    CANDIDATE: frozenset({SHADOW, PRODUCTION, ARCHIVED}),
    SHADOW: frozenset({CANARY, PRODUCTION, ARCHIVED, ROLLED_BACK}),
    CANARY: frozenset({PRODUCTION, ARCHIVED, ROLLED_BACK}),
    PRODUCTION: frozenset({ARCHIVED, ROLLED_BACK}),
    ARCHIVED: frozenset({PRODUCTION}),
    ROLLED_BACK: frozenset(),
}
RETREATS = frozenset({ARCHIVED, ROLLED_BACK})

WORDS = {
    CANDIDATE: "a candidate",
    SHADOW: "in shadow",
    CANARY: "a canary",
    PRODUCTION: "in production",
    ARCHIVED: "archived",
    ROLLED_BACK: "rolled back",
}


def may_move(from_stage: str, to_stage: str) -> bool:
    """Whether a person may move a version from one stage to the other."""
    return to_stage in MOVES[from_stage]


def machine_may_move(from_stage: str, to_stage: str) -> bool:
    """Whether that may happen without a person: only away from deciding."""
    return may_move(from_stage, to_stage) and to_stage in RETREATS


def check_move(from_stage: str, to_stage: str, *, by_person: bool) -> None:
    """Nothing, or the reason against it.

    Raises `InvalidTransition`: `version_poisoned` for a version that was rolled back,
    `machine_may_only_retreat`, `invalid_transition`.
    """
    if from_stage == ROLLED_BACK:
        raise InvalidTransition(
            "version_poisoned", "A version that was rolled back cannot be used again."
        )
    if not may_move(from_stage, to_stage):
        raise InvalidTransition(
            "invalid_transition",
            f"A version that is {WORDS[from_stage]} cannot become {WORDS.get(to_stage, to_stage)}.",
        )
    if not by_person and not machine_may_move(from_stage, to_stage):
        raise InvalidTransition(
            "machine_may_only_retreat", f"Only a person may make a version {WORDS[to_stage]}."
        )
