"""What changes rows of scoring. Each fact has one write path."""

from scoring.services.deciding import decide, decide_at_once, score_pending
from scoring.services.disposing import dispose, dispose_all

__all__ = ["decide", "decide_at_once", "dispose", "dispose_all", "score_pending"]
