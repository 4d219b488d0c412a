"""A labelled history of payments in which high amounts and one merchant mean fraud."""

from datetime import datetime, timedelta
from itertools import cycle

import numpy as np

from labeling.domain.resolution import Claim
from labeling.services.labels import record_labels
from tests.histories import START, add_payments


def add_labelled_payments(
    *,
    days: int,
    per_day: int = 60,
    start: datetime = START,
    label_after: timedelta = timedelta(days=7),
    seed: int = 0,
    frauds: bool = True,
    frauds_after: tuple[timedelta, ...] = (),
) -> list[int]:
    """Add payments of 40 customers with labels that become known later; return their ids.

    Frauds become known after `frauds_after` in turn, where that is given.
    """
    rng = np.random.default_rng(seed)
    rows = days * per_day
    seconds = np.sort(rng.uniform(0, days * 86_400, rows))
    amounts = rng.gamma(2.0, 30.0, rows).round(2) + 1
    stolen = (rng.random(rows) < 0.06) if frauds else np.zeros(rows, bool)
    amounts[stolen] += rng.uniform(200, 600, int(stolen.sum())).round(2)
    moments = [start + timedelta(seconds=float(second)) for second in seconds]
    ids = add_payments(
        {
            "external_id": f"labelled-{seed}-{number}",
            "occurred_at": moment,
            "base_amount": round(float(amount), 2),
            "customer_id": f"c{rng.integers(40)}",
            "merchant_id": f"m{rng.integers(15)}",
        }
        for number, (moment, amount) in enumerate(zip(moments, amounts, strict=True))
    )
    waits = cycle(frauds_after or (label_after,))
    claims = [
        Claim(transaction, "fraud", "import", moment + next(waits))
        if fraud
        else Claim(transaction, "legitimate", "import", moment + label_after)
        for transaction, fraud, moment in zip(ids, stolen, moments, strict=True)
    ]
    record_labels(claims=claims, now=start + timedelta(days=days))
    return ids
