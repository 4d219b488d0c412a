"""Narrowing transactions by what machine and people think of them."""

from datetime import datetime

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from labeling.domain.resolution_sql import resolved_labels_sql
from labeling.domain.searching import CONTRADICTED, WAITING, Criteria
from labeling.models import Label
from scoring.models import Disposition, Transaction
from scoring.selectors.decisions import FINAL

Found = QuerySet[Transaction, Transaction]
_SAYS_FRAUD = Label.objects.filter(transaction_id=OuterRef("pk"), value=Label.Value.FRAUD)


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
        candidates = _by_final_outcome(candidates, criteria.final)
    if criteria.label:
        candidates = _by_label(candidates, criteria.label, now)
    return candidates


def _by_final_outcome(candidates: Found, wanted: str) -> Found:
    """Those whose newest disposition, or where there is none their decision, came to this."""
    dispositions = Disposition.objects.filter(transaction_id=OuterRef("pk"))
    newest = Subquery(dispositions.order_by("-id").values("action")[:1])
    actions = [action for action, outcome in FINAL.items() if outcome == wanted]
    undisposed = Q(decision__outcome=wanted) & ~Exists(dispositions)
    return candidates.alias(newest_action=newest).filter(
        Q(newest_action__in=actions) | undisposed, decision__isnull=False
    )


def _by_label(candidates: Found, wanted: str, now: datetime) -> Found:
    """Those whose claims known by `now` resolve to this label, or contradict each other."""
    if wanted != Label.Value.LEGITIMATE:
        # No claim means fraud without saying it; this is quick to ask of most payments.
        candidates = candidates.filter(Exists(_SAYS_FRAUD))
    says = "conflict" if wanted == CONTRADICTED else f"value = '{Label.Value(wanted)}'"
    own = "label.transaction_id = scoring_transaction.id"
    resolved = resolved_labels_sql(as_of="%s", where=own)
    exists = f"EXISTS (SELECT 1 FROM ({resolved}) resolved WHERE {says})"  # noqa: S608 (made of constants)
    return candidates.filter(RawSQL(exists, [now, now], output_field=BooleanField()))  # noqa: S611 (made of constants)
