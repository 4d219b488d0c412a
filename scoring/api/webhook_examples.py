"""Examples of the calls about webhooks; the tests send them."""

ENDPOINT = {
    "name": "Checkout",
    "url": "https://shop.example.com/hooks/fraud",
    "events": ["decision.final"],
}
STORED = {
    "id": 3,
    **ENDPOINT,
    "state": "well",
    "disabled_reason": "",
    "waiting": 0,
    "failed": 0,
    "failing_since": None,
    "delivered_at": None,
    "rotating": False,
    "created_at": "2026-11-12T09:40:00Z",
}
SECRET = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwmfKQ9r8GKYo="}
DELIVERY = {
    "id": 88,
    "event": "evt_5f2b0c1e6d7a4c1f9d52a7b1f0c3e8aa",
    "type": "decision.final",
    "external_id": "txn_7f1d02",
    "occurred_at": "2026-11-12T09:58:31.120Z",
    "state": "pending",
    "attempts": 1,
    "next_attempt_at": "2026-11-12T09:58:37.020Z",
    "finished_at": None,
    "replayed_at": None,
    "last_status": 503,
    "last_error": "status",
}
