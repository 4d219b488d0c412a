"""What is found out about a payment afterwards, by whom and when; and what the issuer did."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fraudreview.simulation.draws import Floats, mixed, normal, uniform
from fraudreview.simulation.habits import DAY, Mask
from fraudreview.simulation.rows import FRIENDLY_FRAUD, GENUINE, Rows
from fraudreview.simulation.tables import MISMATCH

LABELS = ("", "fraud", "legitimate")
NO_LABEL, FRAUD, LEGITIMATE = range(3)
SOURCES = ("", "chargeback", "fraud_report", "customer_confirmation", "matured")
NO_SOURCE, CHARGEBACK, FRAUD_REPORT, CONFIRMATION, MATURED = range(5)

CHARGEBACK_DAYS = 12.0
DISPUTE_DAYS = 24.0
REPORT_DAYS = 1.5
SHARE_OF_ATTACKS_NOTICED = 0.95
SHARE_OF_PAYMENTS_NOTICED = 0.97
SHARE_REPORTED_BY_PHONE = 0.35
SHARE_OF_DECLINED_REPORTED = 0.6
SHARE_OF_UNUSUAL_WHO_COMPLAIN = 0.02


@dataclass(frozen=True)
class Answers:
    """One position per row; times in seconds since the start, NaN where there is none."""

    is_fraud: Mask
    label: NDArray[np.int64]
    source: NDArray[np.int64]
    known_at: Floats
    declined_at: Floats


def answers_of(rows: Rows, maturity_days: float) -> Answers:
    """The truth about `rows` and the label the world will give them, rightly or wrongly.

    Third-party fraud is labelled when its victim notices: by phone within days, by chargeback
    after weeks. What nobody notices matures into "legitimate", as it would outside a simulation.
    Declined payments that nobody reports never get a label, for no money moved.
    """
    third_party = (rows["pattern"] != GENUINE) & (rows["pattern"] != FRIENDLY_FRAUD)
    declined = uniform(rows["key"], "declined") < rows["decline_chance"]
    seconds = rows["at"] + 1 + 4 * uniform(rows["key"], "decline takes")
    source = _sources(rows, third_party, declined)
    label = np.select(
        [source == NO_SOURCE, np.isin(source, (CHARGEBACK, FRAUD_REPORT))],
        [NO_LABEL, FRAUD],
        LEGITIMATE,
    )
    known_at = rows["at"] + DAY * _delays(rows, source, maturity_days)
    return Answers(
        is_fraud=third_party,
        label=label,
        source=source,
        known_at=np.where(source == NO_SOURCE, np.nan, known_at),
        declined_at=np.where(declined, seconds, np.nan),
    )


def _sources(rows: Rows, third_party: Mask, declined: Mask) -> NDArray[np.int64]:
    noticed = third_party & (uniform(_attacks(rows), "noticed") < SHARE_OF_ATTACKS_NOTICED)
    noticed &= uniform(rows["key"], "overlooked") < SHARE_OF_PAYMENTS_NOTICED
    by_phone = uniform(_attacks(rows), "by phone") < SHARE_REPORTED_BY_PHONE
    reported = uniform(rows["key"], "reported") < SHARE_OF_DECLINED_REPORTED
    complains = uniform(rows["key"], "complains") < SHARE_OF_UNUSUAL_WHO_COMPLAIN
    return np.select(
        [
            noticed & declined & reported,
            declined & (third_party | ~(_unusual(rows) & complains)),
            noticed & by_phone,
            noticed | (rows["pattern"] == FRIENDLY_FRAUD),
            ~third_party & _unusual(rows) & complains,
        ],
        [FRAUD_REPORT, NO_SOURCE, FRAUD_REPORT, CHARGEBACK, CONFIRMATION],
        MATURED,
    )


def _unusual(rows: Rows) -> Mask:
    """Payments that a careful issuer asks about: far from home, large, or a wrong address."""
    away = (rows["country"] != rows["billing"]) | (rows["address"] == MISMATCH)
    return np.asarray(away | (rows["euros"] > 300))


def _delays(rows: Rows, source: NDArray[np.int64], maturity_days: float) -> Floats:
    """Days until each answer arrives: log-normal, with one mood per attack."""
    shared, own = normal(_attacks(rows), "delay"), normal(rows["key"], "delay")
    by_chargeback = CHARGEBACK_DAYS * np.exp(0.55 * shared) + 0.4 * np.abs(own)
    by_dispute = DISPUTE_DAYS * np.exp(0.5 * own)
    return np.select(
        [
            (source == CHARGEBACK) & (rows["pattern"] == FRIENDLY_FRAUD),
            source == CHARGEBACK,
            source == FRAUD_REPORT,
            source == CONFIRMATION,
        ],
        [
            by_dispute,
            by_chargeback,
            REPORT_DAYS * np.exp(0.8 * shared) + 0.05 * np.abs(own),
            0.4 * np.exp(0.9 * own),
        ],
        maturity_days,
    )


def _attacks(rows: Rows) -> NDArray[np.uint64]:
    return mixed(rows["attack"])
