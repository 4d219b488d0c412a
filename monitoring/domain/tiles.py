"""What each number is called, what it means, and one sentence on how it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from monitoring.domain.dashboards import MoneyTile, RateTile, TileState
from monitoring.domain.estimation import Estimate
from scoring.domain import wording

SCALES = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.0)
WIDE = 2.0  # an interval whose upper end is so many times its lower
REFUSAL = "not enough evidence: "


@dataclass(frozen=True, slots=True)
class Meaning:
    """The words of one rate. `of` is the base of the sentence, such as 1,000 payments."""

    title: str
    definition: str
    of: int
    sentence: str


MEANINGS = {
    "fpr": Meaning(
        "Wrongful declines",
        "Legitimate payments finally declined, by model, rule, analyst or timeout, over all"
        " legitimate ones (false-positive rate, FPR).",
        1000,
        "Of {of} legitimate payments, {n} are declined in the end.",
    ),
    "flag_fpr": Meaning(
        "Flagged legitimate",
        "Legitimate payments blocked or sent to review at first, over all legitimate ones.",
        1000,
        "Of {of} legitimate payments, {n} are blocked or sent to review.",
    ),
    "friction_rate": Meaning(
        "Friction",
        "Legitimate payments that were held or challenged, over all legitimate ones.",
        1000,
        "Of {of} legitimate payments, {n} have to wait or prove themselves.",
    ),
    "fdr": Meaning(
        "False alarms",
        "Legitimate ones over all flagged payments: what precision leaves (false discovery rate).",
        100,
        "Of {of} flagged payments, {n} are legitimate.",
    ),
    "precision": Meaning(
        "Precision",
        "Frauds over all flagged payments.",
        100,
        "Of {of} flagged payments, {n} are fraud.",
    ),
    "recall": Meaning(
        "Recall",
        "Flagged frauds over all frauds, those included that nobody noticed.",
        100,
        "Of {of} frauds, {n} are flagged.",
    ),
    "alert_ratio": Meaning(
        "Alert ratio",
        "Payments sent to people, over all payments; counted, not estimated.",
        1000,
        "Of {of} payments, {n} are sent to people.",
    ),
    "prevalence": Meaning(
        "Fraud rate",
        "Frauds over all payments, noticed or not (prevalence).",
        10000,
        "Of {of} payments, {n} are fraud.",
    ),
}
# The order in which the tiles stand; the first is the hero.
RATES = tuple(MEANINGS)


def rate_tile(estimate: Estimate, *, target: float | None = None) -> RateTile:
    """The tile of one rate by its name."""
    meaning = MEANINGS[estimate.name]
    state = state_of(estimate, target)
    return RateTile(
        name=estimate.name,
        title=meaning.title,
        definition=meaning.definition,
        estimate=estimate,
        state=state,
        target=target,
        scale=scale_of(estimate, target),
        sentence=_sentence(estimate, meaning, state, target),
    )


def state_of(estimate: Estimate, target: float | None) -> TileState:
    """How the interval stands to the target."""
    if estimate.estimate is None:
        return TileState.NOT_ENOUGH_EVIDENCE
    if target is None or estimate.low is None or estimate.high is None:
        return TileState.MEASURED
    if estimate.high < target:
        return TileState.BELOW
    return TileState.ABOVE if estimate.low > target else TileState.OPEN


def scale_of(estimate: Estimate, target: float | None) -> float:
    """The right end of the track: a round share that leaves room beside the interval."""
    largest = max(value or 0.0 for value in (estimate.high, estimate.estimate, target))
    if estimate.estimate is None and estimate.high is None:
        return 1.0
    return next((scale for scale in SCALES if scale >= 1.2 * largest), 1.0)


def refusal(estimate: Estimate, words: Callable[[float], str]) -> str:
    """What is known at least, and what is missing, as sentences."""
    missing = (estimate.refused or "").removeprefix(REFUSAL)
    return f"{_bounds(estimate, words)}{missing[:1].upper()}{missing[1:]}."


def money_tile(
    estimate: Estimate,
    *,
    title: str,
    sentence: str,
    payments: float,
    trend: tuple[Decimal | None, ...],
    currency: str,
) -> MoneyTile:
    """The tile of an amount; its sentence says how many payments, or what is missing."""

    def words(amount: float) -> str:
        return wording.money(amount, currency, whole=True)

    known = estimate.estimate is not None
    count = round(payments)
    return MoneyTile(
        name=estimate.name,
        title=title,
        amount=_decimal(estimate.estimate),
        low=_decimal(estimate.low),
        high=_decimal(estimate.high),
        payments=count if known else None,
        sentence=f"{wording.count(count, 'payment')}. {sentence}".strip()
        if known
        else refusal(estimate, words),
        trend=trend,
    )


def _sentence(estimate: Estimate, meaning: Meaning, state: TileState, target: float | None) -> str:
    if estimate.estimate is None:
        return refusal(estimate, _rate)
    goal = wording.rate(target) if target is not None else ""
    plain = meaning.sentence.format(of=f"{meaning.of:,}", n=_in_so_many(estimate, meaning.of))
    if estimate.estimate == 0 and estimate.high is not None:
        plain = f"None was found; more than {_rate(estimate.high)} would have shown."
    return {
        TileState.BELOW: f"{plain} The target is {goal}.",
        TileState.OPEN: f"The interval holds the target of {goal}: not proven yet. {plain}",
        TileState.ABOVE: f"{plain} The target is {goal}.",
    }.get(state, plain)


def _rate(share: float) -> str:
    """A rate with as many digits as a small one needs."""
    return wording.rate(share, 1 if share >= 0.01 or share == 0 else 2)


def _in_so_many(estimate: Estimate, of: int) -> str:
    """The rate out of `of`; where the interval is wide no single number may stand for it."""
    low, high = estimate.low, estimate.high
    if low is not None and high is not None and high >= WIDE * low and high > low:
        return f"{_counted(of * low)} to {_counted(of * high)}"
    return _counted(of * (estimate.estimate or 0.0))


def _counted(count: float) -> str:
    return wording.number(count, 0 if count >= 10 or count == 0 else 1)


def _bounds(estimate: Estimate, words: Callable[[float], str]) -> str:
    if estimate.low is not None and estimate.high is not None:
        return f"Between {words(estimate.low)} and {words(estimate.high)}. "
    if estimate.low is not None:
        return f"At least {words(estimate.low)}. "
    return f"At most {words(estimate.high)}. " if estimate.high is not None else ""


def _decimal(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(f"{amount:.2f}")
