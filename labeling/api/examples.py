"""Examples that the description of labeling's part of the API shows."""

from scoring.api.examples import DECISION, STORED_EVENT, TRANSACTION

HISTORY = {
    **TRANSACTION,
    "customer_since": "2023-04-02T00:00:00Z",
    "received_at": "2026-11-12T09:46:12.310Z",
    "base_amount": "1284.00",
    "imported": False,
    "masked": [],
    "events": [STORED_EVENT],
    "kept_back": False,
    "decision": DECISION,
    "dispositions": [
        {"action": "release", "cause": "verdict", "disposed_at": "2026-11-12T10:02:41Z"}
    ],
    "labels": [
        {
            "label": "legitimate",
            "source": "verdict",
            "verification": "",
            "fraud_type": "",
            "reason": "",
            "occurred_at": None,
            "known_at": "2026-11-12T10:02:41Z",
        }
    ],
}
TOKEN = {"token": 3}
GIVE_AWAY = {"token": 3, "reason": "I know this customer."}
VERDICT = {
    "token": 3,
    "verdict": "fraud",
    "reason_code": "stolen_card",
    "note": "The card was reported yesterday.",
}
