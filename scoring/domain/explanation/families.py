"""Which inputs say the same thing: one reason for all of them."""

from functools import lru_cache

from scoring.domain.features import ENTITIES, Feature, FeatureSet, Kind

CLOCK = {Kind.HOUR, Kind.WEEKDAY, Kind.WEEKEND, Kind.NIGHT}
# Windows of other lengths and near aggregates of one entity rise and fall together.
SUBJECTS = {
    "count": "pace",
    "seconds_since_last": "pace",
    "sum": "amounts",
    "mean": "amounts",
    "max": "amounts",
    "amount_ratio": "amounts",
    "seconds_since_first": "first_seen",
    "declined_share": "declines",
    "fraud_share": "frauds",
}


def family(feature: Feature) -> str:
    """The reason code under which an input is told.

    >>> from scoring.domain.features import Feature, Kind
    >>> window = Feature("n", Kind.WINDOW, entity="card_id", aggregate="count", window_seconds=60)
    >>> family(window)
    'card_pace'
    """
    if feature.kind in CLOCK:
        return "time"
    if feature.kind is not Kind.WINDOW:
        return feature.name
    entity = feature.entity.rsplit("_", 1)[0]
    if feature.aggregate in {"distinct", "same"}:
        return f"{entity}_{feature.aggregate}_{feature.other.rsplit('_', 1)[0]}"
    return f"{entity}_{SUBJECTS[feature.aggregate]}"


@lru_cache(maxsize=16)
def families(feature_set: FeatureSet) -> dict[str, tuple[int, ...]]:
    """For each reason code the positions of its inputs, in the order of the feature set."""
    positions: dict[str, list[int]] = {}
    for position, feature in enumerate(feature_set.features):
        positions.setdefault(family(feature), []).append(position)
    return {code: tuple(places) for code, places in positions.items()}


def entity_words(entity: str) -> str:
    """The noun of an entity key or column: "card", "IP address", "billing country"."""
    return ENTITIES.get(entity, entity.replace("_", " "))
