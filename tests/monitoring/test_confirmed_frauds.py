"""One false alarm in a hundred ruins recall, unless a second person confirms each fraud."""

from datetime import UTC, datetime

import numpy as np

from labeling.domain.resolution import FRAUD, LEGITIMATE, Claim, resolve
from monitoring.domain.estimation import Population, Sample, estimate_share
from monitoring.domain.estimation.rates import recall
from tests.monitoring.samples import APPROVED, FLAGGED

NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
FALSE_ALARMS, MISSES = 0.01, 0.05
PAYMENTS, MISSED, CAUGHT, REVIEWED = 100_000, 300, 500, 1_000
PROPENSITY = 0.04
TRUTH = CAUGHT / (CAUGHT + MISSED)


def says(fraud: bool, reviewer: int, rng: np.random.Generator) -> Claim:
    """What one reviewer says, blind to the others."""
    wrong = rng.random() < (MISSES if fraud else FALSE_ALARMS)
    value = FRAUD if fraud != wrong else LEGITIMATE
    return Claim(1, value, "verdict", NOW, reviewer_id=reviewer)


def judged(fraud: bool, rng: np.random.Generator, *, confirm: bool) -> bool:
    """The resolved label: alone, or two of three where the first one says fraud."""
    claims = [says(fraud, 1, rng)]
    if confirm and claims[0].value == FRAUD:
        claims += [says(fraud, 2, rng), says(fraud, 3, rng)]
    return resolve(claims, as_of=NOW).value == FRAUD


def window(rng: np.random.Generator, *, confirm: bool):
    """Recall of a window in which 3 approvals of 1,000 and half of the reviews are fraud."""
    drawn = rng.binomial([MISSED, PAYMENTS - MISSED], PROPENSITY)
    audited = np.repeat([True, False], drawn)
    reviewed = np.arange(REVIEWED) < CAUGHT
    verdicts = [judged(each, rng, confirm=confirm) for each in audited]
    verdicts += [judged(each, rng, confirm=False) for each in reviewed]
    cell = np.repeat([APPROVED, FLAGGED], [len(audited), REVIEWED])
    sample = Sample(
        fraud=np.array(verdicts),
        propensity=np.where(cell == APPROVED, PROPENSITY, 1.0),
        cell=cell,
        cluster=np.arange(len(cell)),
        population=Population(np.array([PAYMENTS, REVIEWED]), np.array([APPROVED, FLAGGED])),
    )
    return estimate_share(sample, recall(sample, cell == FLAGGED, sides=(APPROVED, FLAGGED)))


def test_recall_holds_the_truth_with_confirmation_and_is_far_off_without() -> None:
    rng = np.random.default_rng(8)
    confirmed = [window(rng, confirm=True) for _ in range(12)]
    alone = [window(rng, confirm=False) for _ in range(12)]
    assert sum(found.low <= TRUTH <= found.high for found in confirmed) >= 10
    assert not any(found.low <= TRUTH <= found.high for found in alone)
    # 1,000 honest customers seem to be missed frauds: 62.5 % reads as less than half of that.
    assert np.mean([found.estimate for found in alone]) < TRUTH / 2
    assert abs(np.mean([found.estimate for found in confirmed]) - TRUTH) < 0.05
