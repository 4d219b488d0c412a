"""Labels that rest on one person's word and were never checked: what may be looked at again."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from labeling.domain.second_review import TELLING
from labeling.models import ReviewCase, ReviewItem, Verdict
from labeling.selectors.labels import resolved_labels
from labeling.selectors.second_reviews import FIRST_LOOKS


def doubtable_verdicts(transaction_ids: Sequence[int], *, as_of: datetime) -> Mapping[int, Verdict]:
    """By transaction the verdict that alone carries its label at `as_of`; two queries.

    Transactions whose label rests on more than one head, or that were checked, are not in here.
    """
    found = resolved_labels(as_of=as_of, transaction_ids=transaction_ids)
    alone = found.transaction_ids[found.heads == 1]
    checked = ReviewItem.objects.filter(
        transaction_id=OuterRef("item__transaction_id"), kind=ReviewCase.Kind.CHECK
    )
    verdicts = Verdict.objects.filter(
        ~Exists(checked),
        item__transaction_id__in=alone.tolist(),
        task__kind__in=FIRST_LOOKS,
        value__in=TELLING,
        verdict=None,  # no second thought followed
    )
    rows = verdicts.select_related("item__transaction").order_by("pk")
    return {verdict.item.transaction_id: verdict for verdict in rows}
