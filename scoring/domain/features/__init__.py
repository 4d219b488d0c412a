"""Feature sets: which inputs a model sees, declared in TOML, computed by one SQL statement."""

from scoring.domain.features.definition import (
    AGGREGATES,
    ENTITIES,
    Feature,
    FeatureSet,
    InvalidFeatureSet,
    Kind,
    parse_feature_set,
)
from scoring.domain.features.sql import features_sql
from scoring.domain.features.tiles import WIDTHS

__all__ = [
    "AGGREGATES",
    "ENTITIES",
    "WIDTHS",
    "Feature",
    "FeatureSet",
    "InvalidFeatureSet",
    "Kind",
    "features_sql",
    "parse_feature_set",
]
