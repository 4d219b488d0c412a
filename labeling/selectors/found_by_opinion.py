"""Narrowing transactions by what machine and people think of them."""

from datetime import datetime

from django.db.models import BooleanField, Case, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from labeling.domain.resolution_sql import resolved_labels_sql
from labeling.domain.searching import CONTRADICTED, WAITING, Criteria
from labeling.models import Label
from scoring.models import Disposition, Transaction
from scoring.selectors.decisions import FINAL

Found = QuerySet[Transaction, Transaction]
RARELY_UNDONE = ("approve", "block")
_SAYS_FRAUD = Label.objects.filter(transaction_id=OuterRef("pk"), value=Label.Value.FRAUD)
# Supersets: who was disposed of after such a decision; fraud claims that are not alone.
_DISPOSED = """
SELECT disposition.transaction_id FROM scoring_disposition disposition
JOIN scoring_decision decision ON decision.transaction_id = disposition.transaction_id
WHERE decision.outcome = %s"""
_DOUBTED = """
SELECT claim.transaction_id FROM labeling_label claim WHERE claim.value = 'fraud' AND EXISTS (
    SELECT 1 FROM labeling_label other
    WHERE other.transaction_id = claim.transaction_id AND other.id <> claim.id)"""


def found_by_opinion(candidates: Found, criteria: Criteria, *, now: datetime) -> Found:
    """Those candidates whose outcome, score and label are what `criteria` asks for.

    Asks row by row, so that the first page of a long list reads no more than that page. Whoever
    calls keeps back what its reader is to judge blind: to be found by it would tell it.
    """
    if criteria.outcome == WAITING:
        candidates = candidates.filter(queued__isnull=False)
    elif criteria.outcome:
        candidates = candidates.filter(decision__outcome=criteria.outcome)
    if criteria.score_from is not None:
        candidates = candidates.filter(decision__probability__gte=criteria.score_from)
    if criteria.score_to is not None:
        candidates = candidates.filter(decision__probability__lte=criteria.score_to)
    if criteria.final:
        candidates = _by_final_outcome(candidates, criteria)
    if criteria.label:
        candidates = _by_label(candidates, criteria.label, now)
    return candidates


def _by_final_outcome(candidates: Found, criteria: Criteria) -> Found:
    """Those whose newest disposition, or where there is none their decision, came to this."""
    means = Case(*(When(action=action, then=Value(outcome)) for action, outcome in FINAL.items()))
    disposed = Disposition.objects.filter(transaction_id=OuterRef("pk")).order_by("-id")
    newest = Subquery(disposed.annotate(means=means).values("means")[:1])
    candidates = candidates.alias(final=Coalesce(newest, "decision__outcome"))
    if criteria.outcome in RARELY_UNDONE and criteria.outcome != criteria.final:
        candidates = candidates.filter(_among(_DISPOSED, criteria.outcome))
    return candidates.filter(final=criteria.final)


def _by_label(candidates: Found, wanted: str, now: datetime) -> Found:
    """Those whose claims known by `now` resolve to this label, or contradict each other."""
    if wanted == CONTRADICTED:
        candidates = candidates.filter(_among(_DOUBTED))
    elif wanted == Label.Value.FRAUD:
        # No claim means fraud without saying it; this is quick to ask of most payments.
        candidates = candidates.filter(Exists(_SAYS_FRAUD))
    says = "conflict" if wanted == CONTRADICTED else f"value = '{Label.Value(wanted)}'"
    own = "label.transaction_id = scoring_transaction.id"
    resolved = resolved_labels_sql(as_of="%s", where=own)
    exists = f"EXISTS (SELECT 1 FROM ({resolved}) resolved WHERE {says})"  # noqa: S608 (made of constants)
    return candidates.filter(RawSQL(exists, [now, now], output_field=BooleanField()))  # noqa: S611 (made of constants)


def _among(ids: str, *parameters: str) -> RawSQL:
    """Whether a transaction is one of a few, which are looked up first and once.

    Row by row, the list would be read to its end where hardly any fits.
    """
    sql = f"scoring_transaction.id = ANY(ARRAY({ids}))"
    return RawSQL(sql, parameters, output_field=BooleanField())  # noqa: S611 (made of constants)
