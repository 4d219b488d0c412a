"""Why a score is what it is, in plain words."""

from scoring.domain.explanation.reasons import Reason, all_reasons, reason_codes, worth_telling
from scoring.domain.explanation.sentences import sentence

__all__ = ["Reason", "all_reasons", "reason_codes", "sentence", "worth_telling"]
