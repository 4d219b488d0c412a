"""Why a score is what it is, in plain words."""

from scoring.domain.explanation.reasons import reason_codes
from scoring.domain.explanation.sentences import sentence

__all__ = ["reason_codes", "sentence"]
