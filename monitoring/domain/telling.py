"""Measures of models in words: names, numbers, differences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scoring.domain.wording import MINUS, money, number, points, rate, signed

Words = Callable[[float, str], str]
NONE = "none"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a measure is called and written."""

    title: str
    value: Words
    difference: Words


def _rate(value: float, currency: str) -> str:
    return rate(value)


def _points(value: float, currency: str) -> str:
    return points(value)


def _money_difference(value: float, currency: str) -> str:
    return ("" if value < 0 else "+") + money(value, currency)


def _digits(digits: int) -> Kind:
    return Kind("", lambda v, c: number(v, digits), lambda v, c: signed(v, digits))


def _named(title: str, kind: Kind) -> Kind:
    return Kind(title, kind.value, kind.difference)


SHARE = Kind("", _rate, _points)
SMALL_SHARE = Kind("", lambda v, c: rate(v, 2), lambda v, c: points(v, 2))
MONEY = Kind("", money, _money_difference)
KINDS: Mapping[str, Kind] = {
    "fpr": _named("Wrongful declines", SMALL_SHARE),
    "flag_fpr": _named("Flagged legitimate", SMALL_SHARE),
    "cost_per_1000": _named("Cost per 1,000 payments", MONEY),
    "precision": _named("Precision of flags", SHARE),
    "recall_at_equal_alerts": _named("Recall at equal alerts", SHARE),
    "average_precision": _named("Average precision", _digits(3)),
    "brier_loss": _named("Brier score loss", _digits(4)),
    "reviews_per_1000": _named("Reviews per 1,000 payments", _digits(1)),
}


@dataclass(frozen=True, slots=True)
class Harm:
    """A difference turned so that more is worse, as the interval picture draws it."""

    estimate: float | None
    low: float | None
    high: float | None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class ToldMeasure:
    """One row of champion against challenger; `scale` is the end of its picture on both sides."""

    title: str
    champion: str
    challenger: str
    difference: str
    interval: str
    gate: str
    harm: Harm
    margin: float
    scale: float

    @property
    def bottom(self) -> float:
        """The left end of its picture."""
        return -self.scale


def tell_measure(measure: Mapping[str, Any], currency: str) -> ToldMeasure:
    """A stored measure in words."""
    kind = KINDS[measure["name"]]
    harm = _harm(measure)
    ends = [abs(end) for end in (harm.low, harm.high, measure["margin"]) if end is not None]
    return ToldMeasure(
        title=kind.title,
        champion=_told(measure["champion"], kind.value, currency),
        challenger=_told(measure["challenger"], kind.value, currency),
        difference=_told(measure["difference"], kind.difference, currency),
        interval=_interval(measure, kind, currency),
        gate=measure["gate"],
        harm=harm,
        margin=measure["margin"],
        scale=1.15 * max(ends) or 1.0,
    )


def _harm(measure: Mapping[str, Any]) -> Harm:
    if measure["difference"] is None:
        return Harm(None, None, None)
    if measure["higher_is_better"]:
        return Harm(-measure["difference"], -measure["high"], -measure["low"])
    return Harm(measure["difference"], measure["low"], measure["high"])


def _told(value: float | None, words: Words, currency: str) -> str:
    return NONE if value is None else words(value, currency)


def _interval(measure: Mapping[str, Any], kind: Kind, currency: str) -> str:
    if measure["low"] is None:
        return "the champion flags nothing to compare with"
    low = kind.difference(measure["low"], currency).removesuffix(" points")
    high = kind.difference(measure["high"], currency).removesuffix(" points")
    return f"{low} to {high}".replace("-", MINUS)
