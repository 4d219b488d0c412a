"""Writing the judgements of a batch in one statement: all rows of all tables, in order."""

import hashlib
import os
import socket
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from scoring.models import CaseRequest
from scoring.services.deciding.judging import Judged, Judgement
from scoring.services.prepared import fetch_prepared

# One JSON parameter that PostgreSQL takes apart costs less, in both processes together, than a
# COPY for each table, and it is one round trip instead of eight.
_WRITE = """
WITH judged AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(judgements)s::json) AS judged (
        transaction_id bigint, outcome text, reason text, margin float8, probability float8,
        stratum text, audited boolean, audit_draw float8, audit_propensity float8,
        review_propensity float8, hold_until timestamptz, request text, base_value float8,
        contributions real[], reason_codes jsonb)
), batch AS (
    INSERT INTO scoring_scoringbatch (
        id, decided_at, snapshot, size, feature_set_id, model_version_id, policy_id, worker,
        digest)
    -- Without features no window was read; the snapshot then only dates the batch.
    VALUES (%(batch)s, %(now)s, COALESCE(%(snapshot)s::pg_snapshot, pg_current_snapshot()),
        %(size)s, %(feature_set)s::bigint, %(model)s::bigint, %(policy)s, %(worker)s, %(digest)s)
), score AS (
    INSERT INTO scoring_score (transaction_id, model_version_id, margin, probability, batch_id)
    SELECT transaction_id, %(model)s::bigint, margin, probability, %(batch)s
    FROM judged WHERE margin IS NOT NULL
), decision AS (
    INSERT INTO scoring_decision (
        transaction_id, outcome, reason, probability, model_version_id, policy_id, batch_id,
        stratum, audited, audit_draw, audit_propensity, review_propensity, degraded, hold_until,
        decided_at)
    SELECT transaction_id, outcome, reason, probability, %(model)s::bigint, %(policy)s, %(batch)s,
        stratum, audited, audit_draw, audit_propensity, review_propensity, %(degraded)s,
        hold_until, %(now)s
    FROM judged
), explanation AS (
    INSERT INTO scoring_explanation (
        transaction_id, model_version_id, base_value, contributions, reason_codes)
    SELECT transaction_id, %(model)s::bigint, base_value, contributions, reason_codes
    FROM judged WHERE contributions IS NOT NULL
), request AS (
    INSERT INTO scoring_caserequest (transaction_id, kind, requested_at)
    SELECT transaction_id, request, %(now)s FROM judged WHERE request IS NOT NULL
)
SELECT count(request) FROM judged
"""
_WORKER = socket.gethostname()


def write_batch(*, batch_id: int, judged: Judged, now: datetime) -> int:
    """Add the rows of a judged batch and return how many of them need a person."""
    model = judged.model_version
    parameters = {
        "judgements": orjson.dumps(list(map(_row, judged.judgements))).decode(),
        "batch": batch_id,
        "now": now,
        "snapshot": judged.snapshot or None,
        "size": len(judged.judgements),
        "feature_set": judged.feature_set.pk if judged.feature_set else None,
        "model": model.pk if model else None,
        "policy": judged.policy.pk,
        "worker": f"{_WORKER}:{os.getpid()}"[:100],
        "digest": _digest(judged.judgements),
        "degraded": judged.degraded,
    }
    return int(fetch_prepared(_WRITE, parameters)[0][0])


def _row(judgement: Judgement) -> dict[str, Any]:
    row = {
        "transaction_id": judgement.subject.transaction_id,
        "outcome": judgement.outcome,
        "reason": judgement.reason,
        "margin": judgement.margin,
        "probability": judgement.probability,
        "stratum": judgement.stratum,
        "audited": judgement.audited,
        "audit_draw": judgement.audit_draw,
        "audit_propensity": judgement.audit_propensity,
        "review_propensity": judgement.review_propensity,
        "hold_until": judgement.hold_until,
        "request": _request_kind(judgement),
    }
    if judgement.contributions is not None:
        row["base_value"] = judgement.base_value
        row["contributions"] = judgement.contributions
        row["reason_codes"] = judgement.reason_codes
    return row


def _digest(judgements: Sequence[Judgement]) -> bytes:
    """SHA-256 over external id, outcome, probability and draw of each, one a line."""
    lines = (
        f"{j.subject.external_id}\t{j.outcome}\t{j.probability}\t{j.audit_draw}\n"
        for j in judgements
    )
    return hashlib.sha256("".join(lines).encode()).digest()


def _request_kind(judgement: Judgement) -> str | None:
    if judgement.outcome == "review":
        return CaseRequest.Kind.REVIEW
    return CaseRequest.Kind.AUDIT if judgement.audited else None
