"""Examples that the description of monitoring's part of the API shows."""

from typing import Any

CANDIDATE = {"feature_set": "default", "label_delay_days": 30}
DATASHEET = {
    "number": 22,
    "training_run": 30,
    "as_of": "2026-11-09T02:00:03Z",
    "window_start": "2025-11-09T01:58:40Z",
    "window_end": "2026-11-09T01:58:40Z",
    "feature_set": {"name": "default", "hash": "9f2c" * 16},
    "resolution_version": 2,
    "payments": 410_233,
    "rows": 377_102,
    "frauds": 1_731,
    "content_hash": "51ab" * 16,
    "sources": {"matured": 374_411, "chargeback": 1_398, "verdict": 1_293},
    "weights": {"drawn": 211, "capped": 0, "cap": 20.0, "largest": 10.0, "sum": 378_988.0},
    "vectors": {"stored": 377_102, "computed": 0},
    "left_out": {"first_party": 61, "unresolved": 48, "silent": 32_510, "immature": 512},
    "arrivals": {"frauds": 1_190, "horizon_days": 120},
}
RUN = {
    "id": 31,
    "status": "queued",
    "progress": 0.0,
    "step": "",
    "trigger": "api",
    "feature_set": "default",
    "requested_at": "2026-11-16T02:00:00Z",
    "started_at": None,
    "finished_at": None,
    "model_version": None,
    "metrics": {},
    "dataset": None,
    "error_code": "",
    "error": "",
}
FINISHED_RUN = {
    **RUN,
    "id": 30,
    "status": "succeeded",
    "progress": 1.0,
    "step": "done",
    "trigger": "schedule",
    "started_at": "2026-11-09T02:00:03Z",
    "finished_at": "2026-11-09T02:04:51Z",
    "model_version": 14,
    "metrics": {"average_precision": 0.71},
    "dataset": DATASHEET,
}
PROMOTION = {"stage": "production", "reason": "Finds a third more fraud at the same FPR."}
VERSION = {
    "number": 14,
    "stage": "production",
    "feature_set": "default",
    "trained_from": "2025-11-09T00:00:00Z",
    "trained_until": "2026-10-10T00:00:00Z",
    "created_at": "2026-11-09T02:04:51Z",
    "digest": "9f2c" * 16,
    "metrics": {"average_precision": 0.71},
    "recommended_policy": {"review_threshold": 0.3, "block_threshold": 0.9},
    "stage_changes": [
        {
            "from_stage": "candidate",
            "to_stage": "production",
            "changed_at": "2026-11-09T09:12:00Z",
            "changed_by": "dana",
            "reason": "Finds a third more fraud at the same FPR.",
        }
    ],
}
NEW_POLICY = {
    "model_version": 14,
    "review_threshold": 0.3,
    "block_threshold": 0.9,
    "rule": "Block where a missed fraud costs more than a wrongful decline.",
    "costs": {"chargeback_fee": "25.00"},
    "activate_because": "Two more reviewers work from today on.",
}
POLICY = {
    "number": 9,
    "active": True,
    "model_version": 14,
    "review_threshold": 0.3,
    "block_threshold": 0.9,
    "rule": "Block where a missed fraud costs more than a wrongful decline.",
    "costs": {
        "loss_share": "1",
        "chargeback_fee": "25.00",
        "margin_share": "0.10",
        "churn_cost": "10",
        "review_cost_per_minute": "0.60",
        "review_minutes": "4",
    },
    "audit_rates": {"approve": 0.005, "approve_near": 0.02, "block": 0.1},
    "audit_budget": {"approve": 40, "block": 10, "approve_minutes": "4", "block_minutes": "8"},
    "review_capacity": 200,
    "review_minutes": 60,
    "timeout_action": "release",
    "fallback_outcome": "review",
    "over_capacity_outcome": "approve",
    "explanation_hidden_share": 0.0,
    "score_hidden_share": 0.05,
    "audit_minutes_a_day": 240.0,
    "audit_cost_a_day": "144.00",
    "created_at": "2026-11-16T09:00:00Z",
}


def _estimate(name: str, estimate: float | None, low: float, high: float) -> dict[str, Any]:
    refused = None if estimate is not None else "not enough evidence: 3 frauds found, 4 are needed"
    return {
        "name": name,
        "estimate": estimate,
        "low": low,
        "high": high,
        "method": "logit",
        "n": 412,
        "n_eff": 268.4,
        "events": 37,
        "share_matured": 0.93,
        "refused": refused,
    }


def _counted(name: str, value: float, n: int, events: int) -> dict[str, Any]:
    exact = _estimate(name, value, value, value)
    return {**exact, "method": "count", "n": n, "n_eff": float(n), "events": events}


RATES = ("fpr", "flag_fpr", "friction_rate", "fdr", "alert_ratio", "precision", "recall")
FPR = _estimate("fpr", 0.0041, 0.0029, 0.0058)
PERFORMANCE = {
    "computed_at": "2026-11-19T12:00:00Z",
    "next_at": "2026-11-19T13:00:00Z",
    "late": False,
    "window_start": "2026-10-22T12:00:00Z",
    "window_end": "2026-11-19T12:00:00Z",
    "model_version": 14,
    "days": 28,
    "currency": "EUR",
    "decisions": 41233,
    "drawn": 655,
    "labels": 412,
    "share_matured": 0.93,
    "claims": {
        "so_far": 52,
        "claimed_frauds": _estimate("claimed_frauds", 56.0, 53.1, 61.4),
        "claimed_amount": _estimate("claimed_amount", 7304.0, 6870.2, 8112.9),
        "unconfirmed": 2,
    },
    "rates": {
        **{name: _estimate(name, 0.31, 0.24, 0.39) for name in RATES},
        "fpr": FPR,
        "prevalence": _estimate("prevalence", None, 0.0, 0.02),
    },
    "money": {
        name: _estimate(name, 1840.5, 1322.0, 2411.75)
        for name in ("wrongful_declines", "missed_fraud", "fraud_stopped")
    },
    "confusion": [
        {"cell": "flagged_fraud", "payments": 214.6, "labels": 201},
        {"cell": "flagged_legitimate", "payments": 161.2, "labels": 148},
        {"cell": "approved_fraud", "payments": None, "labels": 3},
        {"cell": "approved_legitimate", "payments": 40857.2, "labels": 60},
    ],
    "weeks": [{"start": "2026-11-09", "labels": 97, "still_arriving": True, "fpr": FPR}],
    "operations": {
        "gross_fraud": _counted("gross_fraud", 4210.4, 38, 38),
        "recovered_fraud": _counted("recovered_fraud", 950.0, 9, 9),
        "net_fraud": _counted("net_fraud", 3260.4, 29, 29),
        "gross_fraud_rate": _counted("gross_fraud_rate", 0.0011, 40311, 38),
        "net_fraud_rate": _counted("net_fraud_rate", 0.00085, 40311, 29),
        "chargeback_ratio": _counted("chargeback_ratio", 0.0007, 40311, 28),
        "approval_rate": _counted("approval_rate", 0.9776, 41233, 40311),
        "review_rate": _counted("review_rate", 0.0124, 41233, 511),
        "timeout_rate": _counted("timeout_rate", 0.031, 620, 19),
        "cost_per_case": {**_estimate("cost_per_case", 1.84, 1.71, 1.97), "method": "mean"},
        "cost_of_reviews": {**_estimate("cost_of_reviews", 823.0, 764.2, 881.8), "method": "mean"},
        "opinion_share": _counted("opinion_share", 0.71, 412, 293),
        "opinion_precision": _estimate("opinion_precision", 0.48, 0.42, 0.54),
        "corrected_precision": _estimate("corrected_precision", 0.51, 0.41, 0.61),
    },
    "chargebacks": [
        {
            "scheme": "all",
            "title": "All schemes",
            "chargebacks": 28,
            "ratio": 0.0007,
            "at_least": False,
            "limit": 0.009,
            "state": "within",
            "note": "Agreed with our acquirer.",
        }
    ],
    "expected": {
        "scored": 41233,
        "rates": [
            {"name": "precision", "expected": 0.57, "low": 0.51, "high": 0.63, "n": 41233},
        ],
        "refused": None,
        "last": {
            "start": "2026-09-22T12:00:00Z",
            "end": "2026-10-20T12:00:00Z",
            "rates": [
                {
                    "name": "precision",
                    "expected": 0.6,
                    "estimate": _estimate("precision", 0.54, 0.47, 0.61),
                    "difference": 0.06,
                    "outside": False,
                }
            ],
            "refused": None,
        },
    },
}
DRIFT = {
    "computed_at": "2026-11-19T12:00:00Z",
    "next_at": "2026-11-19T13:00:00Z",
    "late": False,
    "window_start": "2026-11-12T12:00:00Z",
    "window_end": "2026-11-19T12:00:00Z",
    "model_version": 14,
    "reference": {
        "title": "Training window",
        "start": "2025-11-09T00:00:00Z",
        "end": "2026-10-10T00:00:00Z",
        "n": 20000,
    },
    "current": {
        "title": "Last 7 days",
        "start": "2026-11-12T12:00:00Z",
        "end": "2026-11-19T12:00:00Z",
        "n": 10311,
    },
    "matched_share": 0.99,
    "features": [
        {
            "name": "customer_amount_ratio_30d",
            "kind": "number",
            "weight": 0.14,
            "psi": 0.21,
            "noise": 0.012,
            "status": "drifted",
            "n_reference": 20000,
            "n_current": 10311,
            "missing_share": 0.03,
            "ks": 0.11,
            "jensen_shannon": 0.026,
        }
    ],
}
