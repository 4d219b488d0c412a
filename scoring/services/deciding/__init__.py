"""From a place in the scoring queue to a decision: a batch is one database transaction."""

from scoring.services.deciding.at_once import decide_at_once
from scoring.services.deciding.batches import decide
from scoring.services.deciding.pending import score_pending

__all__ = ["decide", "decide_at_once", "score_pending"]
