"""How a model is fitted. The defaults are the measured good ones for card payments."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from scoring.domain.errors import Problem


@dataclass(frozen=True, slots=True)
class XGBoostOptions:
    """Boosted trees.

    4,096 bins and a base score of one half, because 256 bins put the rare highest amounts, which
    are the surest frauds, into one bin. No weight for the rare class by default: it wrecks the
    probabilities that reviewers read.
    """

    kind: ClassVar[str] = "xgboost"

    trees: int = 100
    depth: int = 3
    rate: float = 0.1
    bins: int = 4096
    base_score: float = 0.5
    scale_pos_weight: float | None = None
    early_stopping_rounds: int | None = None
    threads: int = 1
    seed: int = 0


@dataclass(frozen=True, slots=True)
class LogisticOptions:
    """Logistic regression on standardised inputs; `inverse_penalty` is scikit-learn's C."""

    kind: ClassVar[str] = "logistic"

    inverse_penalty: float = 1.0
    iterations: int = 1000


Options = XGBoostOptions | LogisticOptions
KINDS: dict[str, type[XGBoostOptions] | type[LogisticOptions]] = {
    "xgboost": XGBoostOptions,
    "logistic": LogisticOptions,
}


def options_to_numbers(options: Options) -> dict[str, Any]:
    """The options with their kind, as JSON can hold them."""
    return {"kind": options.kind, **asdict(options)}


def options_from_numbers(numbers: Mapping[str, Any]) -> Options:
    """The options that `options_to_numbers` wrote; missing ones take their defaults.

    Raises `Problem` for an unknown kind (`unknown_model`) or option (`unknown_option`).
    """
    values = dict(numbers)
    chosen = KINDS.get(values.pop("kind", "xgboost"))
    if chosen is None:
        raise Problem("unknown_model", f"There is no such model: {numbers['kind']}.")
    unknown = sorted(set(values) - {field.name for field in fields(chosen)})
    if unknown:
        raise Problem("unknown_option", f"There is no such option: {unknown[0]}.")
    return chosen(**values)
