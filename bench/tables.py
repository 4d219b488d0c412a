"""The tables that a transaction leaves rows in, on its way to a decision and a case."""

# In the order in which foreign keys allow them to be filled. Of the tables with a condition only
# those rows are a live transaction's.
TABLES = {
    "scoring_transaction": "NOT imported",
    "scoring_transactiondetails": "",
    "scoring_scoringbatch": "",
    "scoring_featurevector": "batch_id IS NOT NULL",
    "scoring_score": "",
    "scoring_decision": "",
    "scoring_explanation": "",
    "scoring_caserequest": "",
    "labeling_reviewcase": "",
    "labeling_reviewtask": "",
    "labeling_reviewitem": "",
    "labeling_caseevent": "",
}
# A place in the queue is written, too, and is gone in the end: this is how it was.
QUEUE = "scoring_queuedtransaction"
QUEUED = "SELECT id, received_at, 0, NULL FROM scoring_transaction WHERE NOT imported"


def exported() -> dict[str, str]:
    """Return, per table, the query for its rows; the queue's place comes after the details'."""
    queries = {}
    for table, condition in TABLES.items():
        queries[table] = f"SELECT * FROM {table}{f' WHERE {condition}' if condition else ''}"
        if table == "scoring_transactiondetails":
            queries[QUEUE] = QUEUED
    return queries
