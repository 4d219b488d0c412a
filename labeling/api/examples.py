"""Examples that the description of labeling's part of the API shows."""

from typing import Any

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
            "id": 1,
            "label": "legitimate",
            "source": "verdict",
            "verification": "",
            "fraud_type": "",
            "reason": "",
            "dispute_stage": "",
            "occurred_at": None,
            "known_at": "2026-11-12T10:02:41Z",
            "reviewer": None,
            "supersedes": None,
            "means": "legitimate",
            "superseded": False,
        }
    ],
    "resolved_label": {
        "label": "legitimate",
        "source": "verdict",
        "fraud_type": "",
        "known_at": "2026-11-12T10:02:41Z",
        "conflict": False,
        "trains": True,
        "rule_version": 2,
    },
}
TOKEN = {"token": 3}
GIVE_AWAY = {"token": 3, "reason": "I know this customer."}
WAIT = {"token": 3, "question": "Did you buy three laptops on Tuesday?"}
WAITING = {"task": 88, "case": 31, "resume_at": "2026-11-12T10:22:41Z"}
VERDICT = {
    "token": 3,
    "verdict": "fraud",
    "reason_code": "stolen_card",
    "note": "The card was reported yesterday.",
}
VERDICTS = {
    "token": 3,
    "verdict": "legitimate",
    "items": [
        {"external_id": "txn_7f1d02", "verdict": "fraud", "reason_code": "stolen_card"},
        {"external_id": "txn_7f1d03"},
    ],
}
VERDICT_WITH_LINKED = {**VERDICT, "linked": ["txn_7f1d09", "txn_7f1d0a"]}
VERDICT_WITH_UNDO = {**VERDICT, "undo_seconds": 10}
CHANGE = {"verdict": "legitimate", "note": "The customer has paid like this for years."}
RECORDED: dict[str, Any] = {
    "task": 88,
    "pending": None,
    "linked": {
        "covered": [{"external_id": "txn_7f1d09", "verdict": "fraud"}],
        "refused": [{"external_id": "txn_7f1d0a", "why": "Lena has it."}],
    },
    "verdicts": [
        {
            "item": 120,
            "external_id": "txn_7f1d02",
            "verdict": "fraud",
            "disposition": "decline",
        }
    ],
}
PENDING = {
    "task": 88,
    "pending": {"commits_at": "2026-11-12T10:02:51Z"},
    "verdicts": [],
    "linked": {"covered": [], "refused": []},
}
CHANGED = {
    "task": 88,
    "verdicts": [
        {
            "item": 120,
            "external_id": "txn_7f1d02",
            "verdict": "legitimate",
            "disposition": None,
        }
    ],
}
REASON_CODES = {
    "results": [
        {
            "code": "stolen_card",
            "title": "Stolen card",
            "definition": "Somebody else pays with the card or its number.",
            "fraud_type": "stolen_card",
        }
    ]
}
LINKED = {
    "task": 88,
    "linked": [
        {
            "external_id": "txn_7f1d09",
            "case": 74,
            "occurred_at": "2026-11-12T09:41:02Z",
            "amount": "640.00",
            "currency": "EUR",
            "customer_id": "C-118203",
            "shares": ["device", "IP"],
            "if_fraud": "decline",
            "if_legitimate": "release",
            "refused": None,
        }
    ],
}
LEASE_ANEW = {"task": 88, "token": 4, "lease_until": "2026-11-12T10:12:45Z"}
LEASE = {"task": 88, "token": 3, "lease_until": "2026-11-12T10:06:12Z"}
_SHOWN = (
    "external_id",
    "occurred_at",
    "amount",
    "currency",
    "customer_id",
    "card_id",
    "merchant_id",
    "device_id",
    "payment_method",
    "channel",
    "country",
    "billing_country",
    "shipping_country",
    "payment_stage",
)
_CASE = {
    "id": 71,
    "blind": False,
    "queue": "general",
    "at_stake": "1284.00",
    "currency": "EUR",
    "why": "Amount is €1,284.00.",
    "opened_at": "2026-11-12T09:46:13Z",
    "due_at": "2026-11-12T10:46:12Z",
}
CLAIM: dict[str, Any] = {
    **LEASE,
    "case": {
        **_CASE,
        "appeal": None,
        "items": [
            {
                "id": 120,
                "new": False,
                "due_at": "2026-11-12T10:46:12Z",
                **{name: TRANSACTION[name] for name in _SHOWN},
                "customer_since": "2023-04-02T00:00:00Z",
                "opinion": {
                    "why": "Amount is €1,284.00.",
                    "outcome": "review",
                    "probability": 0.6412,
                    "reason_codes": DECISION["reason_codes"],
                    "model_version": 14,
                    "policy_version": 9,
                },
                "customer_says": [
                    {
                        "statement": "confirms",
                        "channel": "phone",
                        "verification": "customer_contacted",
                        "note": "Named the last three payments.",
                        "occurred_at": "2026-11-12T09:58:00Z",
                    }
                ],
            }
        ],
    },
}
TASK = {**CLAIM, "change_until": None, "verdicts": []}
REVEALED = {
    **CLAIM,
    "lease_until": None,
    "change_until": "2026-11-12T10:12:41Z",
    "verdicts": RECORDED["verdicts"],
    "case": {**_CASE, "blind": True, "appeal": None, "items": CLAIM["case"]["items"]},
}
QUEUE = {
    "results": [
        {
            **_CASE,
            "task": 88,
            "status": "open",
            "lane": "value",
            "held_by": None,
        }
    ],
    "after": "0.1.0",
}
