"""Events of many payments are recorded at once, each of them one time."""

from datetime import timedelta

import pytest

from scoring.domain.errors import NotFound
from scoring.domain.events import EventRecord
from scoring.models import TransactionEvent
from scoring.services.events import record_event, record_events

pytestmark = pytest.mark.django_db


def test_only_new_events_are_added_in_two_queries(now, send, django_assert_num_queries) -> None:
    send("p1")
    send("p2")
    captured, refunded = EventRecord("captured", now), EventRecord("refunded", now)
    record_event(external_id="p1", event=captured, now=now)
    later = now + timedelta(hours=1)
    with django_assert_num_queries(2):
        new = record_events(
            events=[("p2", refunded), ("p1", captured), ("p1", refunded)], now=later
        )
    assert new == 2
    rows = TransactionEvent.objects.order_by("transaction_id", "type")
    assert list(rows.values_list("transaction__external_id", "type", "received_at")) == [
        ("p1", "captured", now),
        ("p1", "refunded", later),
        ("p2", "refunded", later),
    ]
    assert all(event.inserted_xid for event in rows)


def test_where_one_payment_is_unknown_no_event_is_recorded(now, send) -> None:
    send("p1")
    told = [("p1", EventRecord("captured", now)), ("p9", EventRecord("captured", now))]
    with pytest.raises(NotFound, match="p9"):
        record_events(events=told, now=now)
    assert not TransactionEvent.objects.exists()
