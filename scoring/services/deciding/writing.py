"""Writing the judgements of a batch with COPY, in ascending order of transaction."""

import hashlib
import os
import socket
from collections.abc import Sequence
from datetime import datetime

import orjson
from django.db import connection

from scoring.models import CaseRequest, Decision, Explanation, Score, ScoringBatch
from scoring.services.copying import copy_rows
from scoring.services.deciding.judging import Judged, Judgement

SCORE = ("transaction_id", "model_version_id", "margin", "probability", "batch_id")
DECISION = (
    "transaction_id",
    "outcome",
    "reason",
    "probability",
    "model_version_id",
    "policy_id",
    "batch_id",
    "stratum",
    "audited",
    "audit_draw",
    "audit_propensity",
    "review_propensity",
    "degraded",
    "hold_until",
    "decided_at",
)
EXPLANATION = (
    "transaction_id",
    "model_version_id",
    "base_value",
    "contributions",
    "reason_codes",
)
REQUEST = ("transaction_id", "kind", "requested_at")


def next_batch_id() -> int:
    """Return the id of the batch to come, so that its vectors can name it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('scoring_scoringbatch', 'id'))")
        return int(cursor.fetchone()[0])


def write_batch(*, batch_id: int, judged: Judged, now: datetime) -> int:
    """Add the rows of a judged batch and return how many of them need a person."""
    _write_batch_row(batch_id, judged, now)
    model_id = judged.model_version.pk if judged.model_version else None
    if model_id:
        copy_rows(
            Score,
            SCORE,
            (
                (j.subject.transaction_id, model_id, j.margin, j.probability, batch_id)
                for j in judged.judgements
            ),
        )
    copy_rows(Decision, DECISION, (_decision(j, judged, batch_id, now) for j in judged.judgements))
    explained = [j for j in judged.judgements if j.contributions is not None]
    if explained:
        copy_rows(Explanation, EXPLANATION, (_explanation(j, model_id) for j in explained))
    return _write_requests(judged.judgements, now)


def _write_batch_row(batch_id: int, judged: Judged, now: datetime) -> None:
    ScoringBatch.objects.create(
        pk=batch_id,
        decided_at=now,
        # Without features no window was read; the snapshot then only dates the batch.
        snapshot=judged.snapshot or _current_snapshot(),
        size=len(judged.judgements),
        feature_set=judged.feature_set,
        model_version=judged.model_version,
        policy=judged.policy,
        worker=f"{socket.gethostname()}:{os.getpid()}"[:100],
        digest=_digest(judged.judgements),
    )


def _current_snapshot() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


def _digest(judgements: Sequence[Judgement]) -> bytes:
    """SHA-256 over external id, outcome, probability and draw of each, one a line."""
    lines = (
        f"{j.subject.external_id}\t{j.outcome}\t{j.probability}\t{j.audit_draw}\n"
        for j in judgements
    )
    return hashlib.sha256("".join(lines).encode()).digest()


def _decision(
    judgement: Judgement, judged: Judged, batch_id: int, now: datetime
) -> tuple[object, ...]:
    return (
        judgement.subject.transaction_id,
        judgement.outcome,
        judgement.reason,
        judgement.probability,
        judged.model_version.pk if judged.model_version else None,
        judged.policy.pk,
        batch_id,
        judgement.stratum,
        judgement.audited,
        judgement.audit_draw,
        judgement.audit_propensity,
        judgement.review_propensity,
        judged.degraded,
        judgement.hold_until,
        now,
    )


def _explanation(judgement: Judgement, model_id: int | None) -> tuple[object, ...]:
    return (
        judgement.subject.transaction_id,
        model_id,
        judgement.base_value,
        judgement.contributions,
        orjson.dumps(judgement.reason_codes, option=orjson.OPT_SERIALIZE_NUMPY).decode(),
    )


def _write_requests(judgements: Sequence[Judgement], now: datetime) -> int:
    rows = [
        (j.subject.transaction_id, kind, now)
        for j in judgements
        if (kind := _request_kind(j)) is not None
    ]
    if rows:
        copy_rows(CaseRequest, REQUEST, rows)
    return len(rows)


def _request_kind(judgement: Judgement) -> str | None:
    if judgement.outcome == "review":
        return CaseRequest.Kind.REVIEW
    return CaseRequest.Kind.AUDIT if judgement.audited else None
