"""Appeals read back: where they stand, and what became of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery

from labeling.domain.appeals import AppealStatus, status
from labeling.models import Appeal, ReviewItem, ReviewTask, Verdict
from labeling.selectors.blindness import without_hidden
from scoring.access import Person
from scoring.domain.errors import NotFound

PAGE = 50
DECIDED = 10


@dataclass(frozen=True, slots=True)
class ShownAppeal:
    """One appeal; `decided_at` is None and `due_at` perhaps known while it is open."""

    appeal: Appeal
    status: AppealStatus
    due_at: datetime | None
    decided_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it still waits."""
        return self.status is AppealStatus.OPEN


def appeals_of(transaction_id: int) -> list[ShownAppeal]:
    """The appeals of one payment, newest first."""
    return _shown(Appeal.objects.filter(transaction_id=transaction_id).order_by("-pk"))


def own_appeals(filer: User) -> list[ShownAppeal]:
    """What this person filed: the open ones first, oldest first, then the newest decided ones."""
    own = Appeal.objects.filter(filed_by=filer)
    waiting = own.filter(case__items__resolution="").order_by("pk")[:PAGE]
    decided = own.exclude(case__items__resolution="").order_by("-pk")[:DECIDED]
    return [*_shown(waiting), *_shown(decided)]


def appeals_page(
    *, reader: Person, state: str = "", external_id: str = "", older_than: int | None = None
) -> tuple[list[ShownAppeal], int | None]:
    """Appeals of everybody, newest first, and where the next page begins.

    What this reader may be asked to judge blind is left out.
    """
    appeals = without_hidden(Appeal.objects.all(), reader, transaction="transaction_id")
    if external_id:
        appeals = appeals.filter(transaction__external_id=external_id)
    if older_than is not None:
        appeals = appeals.filter(pk__lt=older_than)
    told = _shown(_with_state(appeals, state).order_by("-pk")[: PAGE + 1])
    more = len(told) > PAGE
    return told[:PAGE], told[PAGE - 1].appeal.pk if more else None


def appeal_of(number: int, *, reader: Person) -> ShownAppeal:
    """One appeal. Raises NotFound, also for what the reader may be asked to judge blind."""
    appeals = without_hidden(Appeal.objects.all(), reader, transaction="transaction_id")
    if found := _shown(appeals.filter(pk=number)):
        return found[0]
    raise NotFound("unknown_appeal", "There is no such appeal.")


def decided_appeals(case_ids: Collection[int]) -> list[ShownAppeal]:
    """The decided ones among the appeals of these cases."""
    told = _shown(Appeal.objects.filter(case_id__in=case_ids).order_by("pk"))
    return [shown for shown in told if not shown.open]


def appeal_answer(shown: ShownAppeal) -> dict[str, Any]:
    """An appeal as programs read it."""
    appeal = shown.appeal
    return {
        "id": appeal.pk,
        "external_id": appeal.transaction.external_id,
        "status": shown.status.value,
        "reference": appeal.reference,
        "reason": appeal.reason,
        "new_evidence": appeal.new_evidence,
        "filed_by": appeal.filed_by.get_username(),
        "filed_at": appeal.filed_at,
        "due_at": shown.due_at,
        "decided_at": shown.decided_at,
    }


def announced_appeal(shown: ShownAppeal) -> dict[str, Any]:
    """An appeal as webhooks tell it: without the words of the customer, which may be personal."""
    told = appeal_answer(shown)
    names = ("id", "external_id", "status", "reference", "filed_at", "decided_at")
    return {name: told[name] for name in names}


def _with_state(appeals: QuerySet[Appeal], state: str) -> QuerySet[Appeal]:
    if state == AppealStatus.OPEN:
        return appeals.filter(case__items__resolution="")
    if not state:
        return appeals
    decided = appeals.filter(case__items__resolution="verdict").annotate(last=_last_verdict())
    granted = {"last": Verdict.Value.LEGITIMATE}
    return (
        decided.filter(**granted) if state == AppealStatus.GRANTED else decided.exclude(**granted)
    )


def _last_verdict() -> Subquery:
    verdicts = Verdict.objects.filter(item__case_id=OuterRef("case_id")).order_by("-pk")
    return Subquery(verdicts.values("value")[:1])


def _shown(appeals: QuerySet[Appeal]) -> list[ShownAppeal]:
    items = ReviewItem.objects.filter(case_id=OuterRef("case_id"))
    tasks = ReviewTask.objects.filter(case_id=OuterRef("case_id")).order_by("-round")
    rows: Sequence[Any] = list(
        appeals.select_related("transaction", "filed_by", "statement").annotate(
            resolution=Subquery(items.values("resolution")[:1]),
            decided_at=Subquery(items.values("resolved_at")[:1]),
            due_at=Subquery(tasks.values("due_at")[:1]),
            verdict=_last_verdict(),
        )
    )
    return [
        ShownAppeal(
            appeal=row,
            status=status(resolved=bool(row.resolution), verdict=row.verdict or ""),
            due_at=None if row.resolution else row.due_at,
            decided_at=row.decided_at,
        )
        for row in rows
    ]
