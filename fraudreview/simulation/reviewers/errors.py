"""When simulated reviewers are wrong.

With x the standardised traits of a payment, w the reviewer's weights and |w| their length:

    P(fraud | legitimate payment) = logistic(b₀ + a · w·x / |w|)
    P(legitimate | fraud)         = logistic(b₁ − a · w·x / |w|)

The first trait is the score of the model, and its weight is how much the reviewer is anchored to
it. b₀ and b₁ are solved so that the mean over a sample is the rate that the skill names. a says
how far errors follow the case; at 0 they are the same chance everywhere. The form is that of the
synthetic experts of OpenL2D (Alves et al., Scientific Data 2025).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SCORE = 0
# At ±20 the logistic function is as good as never and always.
FURTHEST = 20.0
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Skill:
    """What kind of reviewer somebody is: two error rates, and how they come about.

    `anchoring` is the weight of the score beside other traits, whose weights have a standard
    deviation of 1; `follows` is a. Minutes for a case are log-normal around their median.
    """

    missed_share: float = 0.10
    false_alarm_share: float = 0.04
    anchoring: float = 0.7
    follows: float = 2.0
    minutes: float = 2.0
    spread: float = 0.5
    minutes_per_day: float = 360.0


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A skill with its weights and the two solved constants."""

    skill: Skill
    weights: Floats
    false_alarm_constant: float
    miss_constant: float

    def false_alarms(self, traits: Floats, *, score_shown: bool) -> Floats:
        """Probability of calling each of n legitimate payments fraud, shape (n,)."""
        return _logistic(self.false_alarm_constant + self._pull(traits, score_shown))

    def misses(self, traits: Floats, *, score_shown: bool) -> Floats:
        """Probability of calling each of n frauds legitimate, shape (n,)."""
        return _logistic(self.miss_constant - self._pull(traits, score_shown))

    def calls_fraud(self, traits: Floats, *, fraud: bool, score_shown: bool, drawn: float) -> bool:
        """What the reviewer says of one payment for a number drawn from [0, 1)."""
        chance = self.misses if fraud else self.false_alarms
        wrong = drawn < float(chance(traits[None, :], score_shown=score_shown)[0])
        return fraud != wrong

    def case_minutes(self, drawn_normal: float) -> float:
        """How long a case takes, for a number drawn from the standard normal distribution."""
        return self.skill.minutes * float(np.exp(self.skill.spread * drawn_normal))

    def cases_of_a_day(self, drawn_normals: Sequence[float]) -> int:
        """How many of these cases fit into the reviewer's minutes, in their order."""
        worked = np.cumsum([self.case_minutes(drawn) for drawn in drawn_normals])
        return int(np.searchsorted(worked, self.skill.minutes_per_day, side="right"))

    def _pull(self, traits: Floats, score_shown: bool) -> Floats:
        weights = self.weights.copy()
        length = np.linalg.norm(weights)
        if not score_shown:
            weights[SCORE] = 0.0
        pull: Floats = self.skill.follows * (traits @ weights) / length
        return pull


def trained(skill: Skill, sample: Floats, rng: np.random.Generator) -> Reviewer:
    """Return a reviewer of this skill whose mean error rates over the sample are those named.

    `sample` holds standardised traits, shape (n, k), the score first. The rates hold where the
    score is shown; where it is hidden they can differ, as a person's do.
    """
    weights: Floats = np.asarray(rng.normal(0.0, 1.0, sample.shape[1]))
    weights[SCORE] = skill.anchoring
    draft = Reviewer(skill, weights, 0.0, 0.0)
    pull = draft._pull(sample, True)
    return Reviewer(
        skill,
        weights,
        _solved(pull, skill.false_alarm_share),
        _solved(-pull, skill.missed_share),
    )


def standardised(values: Floats) -> Floats:
    """Return columns with mean 0 and standard deviation 1; a constant column becomes 0."""
    deviation = values.std(axis=0)
    centred: Floats = values - values.mean(axis=0)
    scaled: Floats = np.divide(centred, deviation, out=np.zeros_like(centred), where=deviation > 0)
    return scaled


def _solved(pull: Floats, rate: float) -> float:
    """The constant b with mean logistic(b + pull) = rate, by bisection: the mean rises with b."""
    low, high = -FURTHEST - float(np.max(np.abs(pull))), FURTHEST + float(np.max(np.abs(pull)))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if float(_logistic(middle + pull).mean()) < rate:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _logistic(values: Floats | float) -> Floats:
    result: Floats = 1.0 / (1.0 + np.exp(-np.asarray(values, dtype=np.float64)))
    return result
