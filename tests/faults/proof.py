"""What must be true of the rows, each as one query that finds what is wrong."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

# Sentence about a row that must not exist: the query that counts such rows.
WRONG: Mapping[str, str] = {
    "a transaction without a decision": """
        SELECT count(*) FROM scoring_transaction t
        WHERE NOT EXISTS (SELECT FROM scoring_decision d WHERE d.transaction_id = t.id)""",
    "a transaction that was decided by more than one decision": """
        SELECT count(*) FROM (SELECT FROM scoring_decision
            GROUP BY transaction_id HAVING count(*) <> 1) twice""",
    "a place in the queue": "SELECT count(*) FROM scoring_queuedtransaction",
    "a batch that names another number of decisions than it has": """
        SELECT count(*) FROM (SELECT FROM scoring_scoringbatch b
            LEFT JOIN scoring_decision d ON d.batch_id = b.id
            GROUP BY b.id HAVING count(d.transaction_id) <> b.size) wrong""",
    "a decision without its batch": """
        SELECT count(*) FROM scoring_decision d
        WHERE NOT EXISTS (SELECT FROM scoring_scoringbatch b WHERE b.id = d.batch_id)""",
    "a scored decision without exactly one equal score of its batch": """
        SELECT count(*) FROM (SELECT FROM scoring_decision d
            LEFT JOIN scoring_score s ON s.transaction_id = d.transaction_id
            WHERE d.model_version_id IS NOT NULL
            GROUP BY d.transaction_id
            HAVING count(*) FILTER (WHERE s.batch_id = d.batch_id
                AND s.probability = d.probability) <> 1 OR count(s) <> 1) wrong""",
    "a scored decision without exactly one vector of its batch": """
        SELECT count(*) FROM (SELECT FROM scoring_decision d
            LEFT JOIN scoring_featurevector v ON v.transaction_id = d.transaction_id
            WHERE d.model_version_id IS NOT NULL
            GROUP BY d.transaction_id
            HAVING count(*) FILTER (WHERE v.batch_id = d.batch_id) <> 1 OR count(v) <> 1) wrong""",
    "a score or a vector without a scored decision": """
        SELECT count(*) FROM (SELECT transaction_id FROM scoring_score
            UNION SELECT transaction_id FROM scoring_featurevector) made
        LEFT JOIN scoring_decision d USING (transaction_id)
        WHERE d.model_version_id IS NULL""",
    "a decision for a person without its explanation": """
        SELECT count(*) FROM scoring_decision d
        WHERE d.model_version_id IS NOT NULL AND (d.outcome <> 'approve' OR d.audited)
            AND NOT EXISTS (SELECT FROM scoring_explanation e
                WHERE e.transaction_id = d.transaction_id)""",
    "a review without its deadline": """
        SELECT count(*) FROM scoring_decision d
        LEFT JOIN labeling_reviewitem i ON i.transaction_id = d.transaction_id
        WHERE d.outcome = 'review' AND (d.hold_until IS NULL OR i.due_at IS NULL)""",
    "an item that waits for no open task of its case": """
        SELECT count(*) FROM labeling_reviewitem i
        LEFT JOIN labeling_reviewtask t ON t.id = i.task_id
            AND t.case_id = i.case_id AND t.status = 'open'
        WHERE t.id IS NULL""",
    "a degraded decision that no fault explains": """
        SELECT count(*) FROM scoring_decision
        WHERE degraded AND reason <> 'time_budget' OR NOT degraded AND reason <> 'score'""",
}


def wrong_rows(connection: Connection) -> dict[str, int]:
    """Return how often each sentence is true, without those that never are."""
    counts = {sentence: connection.execute(query).fetchone() for sentence, query in WRONG.items()}
    return {sentence: row[0] for sentence, row in counts.items() if row and row[0]}


def stored_answers(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return what is stored of each decision, by external id, as an answer would tell it."""
    rows = connection.execute(
        "SELECT t.external_id, d.outcome, d.probability, m.number, p.number, d.degraded,"
        " d.decided_at FROM scoring_decision d"
        " JOIN scoring_transaction t ON t.id = d.transaction_id"
        " JOIN scoring_decisionpolicy p ON p.id = d.policy_id"
        " LEFT JOIN scoring_modelversion m ON m.id = d.model_version_id"
    )
    names = ("outcome", "probability", "model_version", "policy_version", "degraded", "decided_at")
    return {external_id: dict(zip(names, row, strict=True)) for external_id, *row in rows}


def batches_with_another_digest(connection: Connection) -> list[int]:
    """Return the batches whose digest is not that of their decisions."""
    rows = connection.execute(
        "SELECT b.id, b.digest, array_agg(t.external_id ORDER BY t.id),"
        " array_agg(d.outcome ORDER BY t.id), array_agg(d.probability ORDER BY t.id),"
        " array_agg(d.audit_draw ORDER BY t.id)"
        " FROM scoring_scoringbatch b JOIN scoring_decision d ON d.batch_id = b.id"
        " JOIN scoring_transaction t ON t.id = d.transaction_id GROUP BY b.id"
    )
    return [
        batch
        for batch, digest, *columns in rows
        if _digest(zip(*columns, strict=True)) != bytes(digest)
    ]


def _digest(decisions: Iterator[tuple[Any, ...]]) -> bytes:
    lines = ("\t".join(map(str, decision)) + "\n" for decision in decisions)
    return hashlib.sha256("".join(lines).encode()).digest()
