"""Feature sets by name or file."""

from functools import lru_cache
from pathlib import Path

from scoring.domain.errors import FieldError, NotFound
from scoring.domain.features import FeatureSet, InvalidFeatureSet, parse_feature_set
from scoring.models import FeatureSetVersion

SHIPPED = Path(__file__).resolve().parent.parent / "feature_sets"


def shipped_names() -> list[str]:
    """The names of the feature sets that come with the product."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def feature_set_named(name_or_file: str) -> FeatureSet:
    """Return a shipped feature set by name, or the one in a TOML file.

    Raises NotFound (`unknown_feature_set`) and InvalidFeatureSet.
    """
    shipped = SHIPPED / f"{name_or_file}.toml"
    path = shipped if name_or_file in shipped_names() else Path(name_or_file)
    if not path.is_file():
        known = ", ".join(shipped_names())
        raise NotFound(
            "unknown_feature_set",
            f"No feature set and no file is named {name_or_file!r}. Shipped: {known}.",
        )
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{name_or_file!r} cannot be read: {error}."
        raise InvalidFeatureSet([FieldError("file", "unreadable", message)]) from None
    return parse_feature_set(text)


@lru_cache(maxsize=64)
def _parsed(definition: str) -> FeatureSet:
    return parse_feature_set(definition)


def feature_set_of(version: FeatureSetVersion) -> FeatureSet:
    """Return the parsed feature set of a stored version."""
    return _parsed(version.definition)
