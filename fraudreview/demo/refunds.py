"""The company pays some reported frauds back before a chargeback comes."""

from datetime import datetime, timedelta

from fraudreview.demo.coins import demo_coin
from labeling.models import Label
from scoring.domain.events import EventRecord
from scoring.models import Outcome
from scoring.services.events import record_event

SHARE_REFUNDED = 0.4
TAKES = timedelta(hours=20)


def refund_reported(*, until: datetime) -> int:
    """Record a refund of some approved payments reported as fraud; return how many there were.

    The same payments at every start, each a day after its report, none after that moment.
    """
    reported = Label.objects.filter(
        source=Label.Source.FRAUD_REPORT,
        value=Label.Value.FRAUD,
        known_at__lte=until - TAKES,
        transaction__decision__outcome=Outcome.APPROVE,
        transaction__dispositions=None,
    )
    moments = dict(
        reported.order_by("-known_at").values_list("transaction__external_id", "known_at")
    )
    refunded = {
        name: at + TAKES
        for name, at in moments.items()
        if demo_coin(name, "refund") < SHARE_REFUNDED
    }
    for name, at in refunded.items():
        record_event(external_id=name, event=EventRecord("refunded", at), now=at)
    return len(refunded)
