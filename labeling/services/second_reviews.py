"""Second reviews: an independent pair of eyes sees the same facts, by lot or because it must.

A check never touches the payment by itself. Two who agree leave everything as it is; where they
disagree, a third person settles it blind, and only that verdict can overturn what happened.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from labeling.domain import second_review, sentences
from labeling.domain.confirmation import must_confirm
from labeling.domain.lifecycle import TaskKind
from labeling.domain.second_review import TELLING, Lot, Reason
from labeling.models import (
    ReviewCase,
    ReviewItem,
    ReviewTask,
    SecondReviewDraw,
    SecondReviewShare,
    Verdict,
)
from labeling.selectors.labels import resolved_label
from labeling.selectors.second_reviews import checked_share
from labeling.services.events import log
from labeling.services.locking import lock_case
from labeling.services.rounds import open_first_round, open_round
from scoring.access import LEAD
from scoring.domain import sampling
from scoring.domain.errors import FieldError, InvalidRecord

FIRST_LOOKS = (TaskKind.FIRST, TaskKind.AUDIT)
REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Chance:
    """Why one verdict may be checked, and how likely; it stands for `covered` payments."""

    verdict: Verdict
    reason: Reason
    share: float
    covered: int = 1


@transaction.atomic(savepoint=False)
def draw_second_reviews(verdicts: Sequence[Verdict], *, now: datetime) -> list[SecondReviewDraw]:
    """Draw the lots for verdicts that were just committed; return the draws, hits and misses.

    Takes the verdicts of one task. In the lots a single one of the payments that one value covered
    stands for all; a fraud that must be confirmed is checked itself, second thoughts included. A
    payment is checked at most once.
    """
    told = [v for v in verdicts if v.value in TELLING]
    if not told or not settings.FRAUDREVIEW_SECOND_REVIEWS or not _are_first_looks(told):
        return []
    checks = _checks_of(told)
    first = [v for v in told if v.supersedes_id is None]
    chances = [c for c in _by_lot(first) if c.verdict.item.transaction_id not in checks]
    chances += _to_confirm(told)
    draws = SecondReviewDraw.objects.bulk_create(
        [_drawn(chance, checks, now) for chance in _new(chances)]
    )
    _settle_answered(draws, now)
    return draws


@transaction.atomic
def look_again(verdicts: Sequence[Verdict], *, now: datetime) -> list[SecondReviewDraw]:
    """Have verdicts on different payments checked whose labels a model doubts; return the draws.

    A payment that was checked before gets none, and nobody does where second reviews are off.
    """
    if not settings.FRAUDREVIEW_SECOND_REVIEWS:
        return []
    checks = _checks_of(verdicts)
    unchecked = [v for v in verdicts if v.item.transaction_id not in checks]
    return [
        SecondReviewDraw.objects.create(
            verdict=verdict,
            reason=Reason.LABEL_ERROR.value,
            item=_open_check(verdict, now),
            drawn_at=now,
        )
        for verdict in unchecked
    ]


def that_dispose(verdicts: Sequence[Verdict], *, now: datetime) -> list[Verdict]:
    """Those of freshly labelled verdicts that may change what happened to their payments.

    Of a check only the verdict that settles it, and not against stronger claims that have become
    known since the first verdict.
    """
    return [v for v in verdicts if v.item.kind != ReviewCase.Kind.CHECK or _settles(v, now)]


def open_adjudications(
    case: ReviewCase, verdicts: Sequence[Verdict], *, now: datetime
) -> Collection[int]:
    """Put a check before a third person where two disagree; return the ids of such items.

    The case must be locked by the caller.
    """
    second = [v for v in verdicts if v.task.kind == TaskKind.SECOND]
    disputed = [v.item for v in second if _needs_third(v)]
    if not disputed or case.tasks.filter(kind=TaskKind.ADJUDICATION).exists():
        return ()
    ReviewItem.objects.filter(pk__in=[item.pk for item in disputed]).update(
        resolution="", resolved_at=None
    )
    case.status, case.closed_at = ReviewCase.Status.OPEN, None
    case.save(update_fields=["status", "closed_at"])
    task = open_round(case=case, kind=TaskKind.ADJUDICATION, items=disputed, now=now)
    if not _has_a_lead_left(disputed):
        # Otherwise it would wait for ever; any third person settles it better than nobody.
        ReviewTask.objects.filter(pk=task.pk).update(lane=ReviewTask.Lane.SECOND)
    return {item.pk for item in disputed}


def set_second_review_share(
    *, reviewer: User, percent: int | None, reason: str, lead: User, now: datetime
) -> SecondReviewShare:
    """Check this share of a reviewer's verdicts from now on, or go by experience again (None).

    Raises InvalidRecord for a share outside of 0 to 100, or without a reason.
    """
    errors = []
    if reviewer.pk == lead.pk:
        sentence = "Another lead says how often you are checked."
        errors.append(FieldError("reviewer", "own_share", sentence))
    if percent is not None and not 0 <= percent <= 100:
        errors.append(FieldError("percent", "out_of_range", "A share lies between 0 and 100 %."))
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_LENGTH:
        sentence = f"Say why, in at most {REASON_LENGTH} characters."
        errors.append(FieldError("reason", "required", sentence))
    if errors:
        raise InvalidRecord(errors, errors[0].message)
    return SecondReviewShare.objects.create(
        reviewer=reviewer, percent=percent, reason=reason, set_by=lead, set_at=now
    )


def _are_first_looks(verdicts: Sequence[Verdict]) -> bool:
    return verdicts[0].task.kind in FIRST_LOOKS


def _standing_in(verdicts: Sequence[Verdict]) -> list[tuple[Verdict, int]]:
    """For each value one verdict, and how many payments it stands for."""
    by_value: dict[str, dict[int, Verdict]] = defaultdict(dict)
    for verdict in verdicts:
        by_value[verdict.value][verdict.item.transaction_id] = verdict
    chosen = []
    for covered in by_value.values():
        draws = {id: _coin(verdict, second_review.WHICH) for id, verdict in covered.items()}
        chosen.append((covered[second_review.standing_in(draws)], len(covered)))
    return chosen


def _by_lot(first: Sequence[Verdict]) -> list[Chance]:
    """The lots that fall on everybody, and on the reviewer for being new or for a lead's word."""
    if not first:
        return []
    shares = {
        Reason.RANDOM: settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS,
        Reason.NEWCOMER: checked_share(first[0].reviewer_id, besides_task=first[0].task_id),
    }
    return [
        Chance(verdict, reason, share, covered)
        for verdict, covered in _standing_in(first)
        for reason, share in shares.items()
        if share or reason == Reason.NEWCOMER
    ]


def _to_confirm(told: Sequence[Verdict]) -> list[Chance]:
    return [
        Chance(verdict, Reason.CONFIRMATION, 1.0)
        for verdict in told
        if must_confirm(
            verdict.value, verdict.item.transaction.decision.stratum, verdict.verification
        )
    ]


def _new(chances: Sequence[Chance]) -> list[Chance]:
    """Those that were not drawn before, as by a task that is repeated."""
    drawn = set(
        SecondReviewDraw.objects.filter(
            verdict__in={chance.verdict.pk for chance in chances}
        ).values_list("verdict_id", "reason")
    )
    return [each for each in chances if (each.verdict.pk, each.reason) not in drawn]


def _checks_of(verdicts: Sequence[Verdict]) -> dict[int, ReviewItem]:
    """The checks that their payments have already, by payment."""
    checks = ReviewItem.objects.filter(
        transaction_id__in=[verdict.item.transaction_id for verdict in verdicts],
        kind=ReviewCase.Kind.CHECK,
    )
    return {item.transaction_id: item for item in checks}


def _drawn(chance: Chance, checks: dict[int, ReviewItem], now: datetime) -> SecondReviewDraw:
    """One lot, unsaved; where it falls, the payment's check is opened, or shared if it has one."""
    verdict = chance.verdict
    lot = Lot(chance.share, _coin(verdict, f"{second_review.PURPOSE}, {chance.reason}"))
    payment = verdict.item.transaction_id
    if lot.selected and payment not in checks:
        checks[payment] = _open_check(verdict, now)
    return SecondReviewDraw(
        verdict=verdict,
        reason=chance.reason.value,
        share=chance.share,
        probability=chance.share / chance.covered,
        drawn=lot.drawn,
        item=checks[payment] if lot.selected else None,
        drawn_at=now,
    )


def _settle_answered(draws: Sequence[SecondReviewDraw], now: datetime) -> None:
    """Ask a third person where a check that was answered before now has to confirm a fraud."""
    for draw in draws:
        if draw.item is not None and draw.reason == Reason.CONFIRMATION and draw.item.resolution:
            answers = draw.item.verdicts.filter(task__kind=TaskKind.SECOND).order_by("pk")
            open_adjudications(lock_case(draw.item.case_id), list(answers), now=now)


def _coin(verdict: Verdict, purpose: str) -> float:
    secret = settings.FRAUDREVIEW_DATA_KEY.encode()
    return sampling.draw(secret, verdict.item.transaction.external_id, purpose)


def _open_check(verdict: Verdict, now: datetime) -> ReviewItem:
    case = ReviewCase.objects.create(kind=ReviewCase.Kind.CHECK, opened_at=now)
    item = ReviewItem(
        case=case,
        transaction=verdict.item.transaction,
        kind=ReviewCase.Kind.CHECK,
        why=sentences.BLIND,
        added_at=now,
    )
    task = open_first_round(case=case, kind=TaskKind.SECOND, item=item, now=now)
    log(case.pk, "item_added", now=now, item=item.pk, task=task.pk)
    return item


def _settles(verdict: Verdict, now: datetime) -> bool:
    if verdict.task.kind != TaskKind.ADJUDICATION:
        return False
    return resolved_label(verdict.item.transaction_id, as_of=now).value == verdict.value


def _needs_third(verdict: Verdict) -> bool:
    """Whether a check ends in a dispute, with what the checked person says now."""
    draws = list(SecondReviewDraw.objects.select_related("verdict").filter(item=verdict.item))
    first = draws[0].verdict
    own = Verdict.objects.filter(item_id=first.item_id, reviewer_id=first.reviewer_id)
    return second_review.needs_third(
        own.latest("pk").value,
        verdict.value,
        confirming=any(draw.reason == Reason.CONFIRMATION for draw in draws),
    )


def _has_a_lead_left(items: Sequence[ReviewItem]) -> bool:
    payments = [item.transaction_id for item in items]
    judged = Verdict.objects.filter(item__transaction_id__in=payments).values("reviewer_id")
    leads = User.objects.filter(is_active=True, groups__name=LEAD)
    return leads.exclude(pk__in=judged).exists()
