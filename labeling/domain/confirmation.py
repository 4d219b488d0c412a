"""Frauds that one person alone has found where hardly any are, and what confirms them.

Where one payment in a thousand is fraud, a reviewer who errs once in a hundred names ten honest
payments for every fraud, and each stands for the many that nobody drew. So two of three people must
say fraud: a second one agrees, or else a third one, blind like the second, settles it.
`confirmation_sql` states the rule for sets.
"""

from labeling.domain.resolution import VERIFICATIONS, ResolvedLabel
from labeling.domain.second_review import FRAUD
from scoring.domain.audits import expected_fraud_share

LOW_PREVALENCE = 0.01
APPROVED = "approve"


def must_confirm(value: str, stratum: str, verification: str = "") -> bool:
    """Whether a first verdict on a payment of this sampling stratum needs a second one.

    That is any fraud found among approved payments, and in strata whose scores expect less than
    one fraud in a hundred. What its customer, documents or a challenge vouch for is no opinion:
    another person, who only looks, knows less.

    >>> must_confirm("fraud", "approve:s5:a1"), must_confirm("fraud", "review:s6:a1")
    (True, False)
    """
    outcome = stratum.partition(":")[0]
    low = expected_fraud_share(stratum) < LOW_PREVALENCE
    opinion = verification not in VERIFICATIONS
    return value == FRAUD and opinion and (outcome == APPROVED or low)


def is_unconfirmed(resolved: ResolvedLabel, *, asked: bool) -> bool:
    """Whether a fraud does not count as one yet: confirmation was asked for, one head carries it.

    `asked`: a check for confirmation was opened. What rests on more than opinions needs none.
    """
    return asked and resolved.value == FRAUD and resolved.heads == 1
