"""Examples that the description of the API shows; the tests send them."""

TRANSACTION = {
    "external_id": "txn_7f1d02",
    "occurred_at": "2026-11-12T09:46:12Z",
    "amount": "1284.00",
    "currency": "EUR",
    "customer_id": "C-204418",
    "card_id": "card-4417",
    "merchant_id": "voltbyte",
    "device_id": "d-9c1e",
    "ip_address": "203.0.113.77",
    "email": "anna.meier@example.org",
    "payment_method": "card",
    "channel": "web",
    "country": "DE",
    "billing_country": "DE",
    "shipping_country": "NL",
    "customer_since": "2023-04-02",
    "payment_stage": "authorized",
    "respond_by": "2026-11-12T10:46:12Z",
    "attributes": {"items": 2, "first_order": False, "browser": "Firefox 132"},
}
SMALLEST_TRANSACTION = {
    "external_id": "txn_7f1d03",
    "occurred_at": "2026-11-12T09:46:13Z",
    "amount": 9.9,
    "currency": "EUR",
}
ACCEPTANCE = {
    "accepted": 1,
    "duplicates": 0,
    "errors": [
        {
            "index": 1,
            "external_id": "txn_7f1d03",
            "code": "unknown_currency",
            "field": "currency",
            "message": "This is not an ISO 4217 currency code.",
        }
    ],
}
DECISION = {
    "external_id": "txn_7f1d02",
    "outcome": "review",
    "final_outcome": "approve",
    "disposition": "release",
    "probability": 0.6412,
    "reason_codes": [
        {
            "code": "amount_unusual",
            "sentence": "The amount is unusual for this customer.",
            "contribution": 1.31,
        }
    ],
    "model_version": 14,
    "policy_version": 9,
    "degraded": False,
    "hold_until": "2026-11-12T10:46:12Z",
    "decided_at": "2026-11-12T09:46:12.480Z",
}
EVENT = {"type": "captured", "occurred_at": "2026-11-12T11:02:00Z"}
STORED_EVENT = {**EVENT, "received_at": "2026-11-12T11:02:01.120Z"}
LINES = (
    '{"external_id": "txn_1", "occurred_at": "2026-11-12T09:46:12Z", "amount": "9.90",'
    ' "currency": "EUR"}\n'
    '{"external_id": "txn_2", "occurred_at": "2026-11-12T09:46:13Z", "amount": "24.00",'
    ' "currency": "EUR"}\n'
)
ANSWERED_LINES = (
    '{"progress":{"lines":2,"accepted":2,"duplicates":0,"error_count":0}}\n'
    '{"lines":2,"accepted":2,"duplicates":0,"error_count":0,"errors":[]}\n'
)
