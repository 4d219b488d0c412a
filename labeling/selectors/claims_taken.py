"""Claims that count as they stand: as a condition for lists of labels.

`labeling.domain.resolution.meaning` says what a claim means; here are those that mean what they
say and that no later one replaces.
"""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from labeling.domain.disputes import LIABILITY_STAGES
from labeling.domain.resolution import DISPUTED, FRAUD, UNKNOWN
from labeling.domain.scheme_reasons import MERCHANT_DISPUTE, SCHEME_REASONS, THIRD_PARTY
from labeling.models import Label


def standing_as_said() -> QuerySet[Label, Label]:
    """The labels that say what they mean and are not replaced."""
    later = Label.objects.filter(supersedes=OuterRef("pk"))
    return Label.objects.filter(_means_what_it_says()).exclude(Exists(later))


def _means_what_it_says() -> Q:
    taken_at_its_word = ~_reason(MERCHANT_DISPUTE) & (Q(reason="") | ~Q(fraud_type=""))
    fraud = _reason(THIRD_PARTY) | taken_at_its_word
    moved_loss = Q(dispute_stage__in=LIABILITY_STAGES)
    plain = ~Q(source__in=DISPUTED) | Q(value=UNKNOWN)
    return plain | (~moved_loss & (~Q(value=FRAUD) | fraud))


def _reason(fraud_type: str) -> Q:
    codes = [code for code, meant in SCHEME_REASONS.items() if meant == fraud_type]
    return reduce(or_, map(_is_code, codes))


def _is_code(code: str) -> Q:
    if code.endswith("*"):
        return Q(reason__istartswith=code[:-1])
    return Q(reason__iexact=code)
