"""What support agents see: one payment, found in seconds, without anybody's opinion of it."""

from labeling.selectors.support.payment import SupportPayment, support_payment
from labeling.selectors.support.questions import Question, open_questions
from labeling.selectors.support.search import FoundPayment, found_payments

__all__ = [
    "FoundPayment",
    "Question",
    "SupportPayment",
    "found_payments",
    "open_questions",
    "support_payment",
]
