"""The outbox of scoring becomes cases, items and tasks; every request becomes exactly one item."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from labeling.domain import sentences
from labeling.domain.grouping import Arrival, AttackedEntity, EntityKind, attacked_entity, place
from labeling.domain.lifecycle import TaskKind
from labeling.domain.presentation import SHOWN
from labeling.models import CaseEvent, ReviewCase, ReviewItem, ReviewTask
from labeling.selectors.staffing import residual_queue
from labeling.services.authority import escalate_beyond_authority
from labeling.services.lessons import draw_lessons
from labeling.services.presenting import draw_presentations, log_presentations
from labeling.services.rounds import new_task, refresh_tasks
from scoring.models import CaseRequest
from scoring.services.locking import got_turn

BATCH = 500
NEXT_INSTANT = timedelta(microseconds=1)


@transaction.atomic
def open_cases(*, now: datetime, limit: int = BATCH) -> int:
    """Consume up to `limit` requests and return how many.

    One worker at a time: another one would only wait for the cases of the same entities, and is
    needed for scoring. It is told that there is nothing to do.

    A request of an attacked entity joins its open case. It waits for that case's task if this is
    still a first look, also while somebody holds it (the item is then new to its reviewer);
    otherwise the case gets a new round.
    """
    requests = _take_requests(limit) if got_turn("open cases") else []
    if not requests:
        return 0
    cases = _cases_of(requests, now)
    tasks = _tasks_of(cases, requests, now)
    _add_items(requests, cases, tasks, now)
    grown = {task.pk for task in tasks.values()}
    refresh_tasks(grown)
    escalate_beyond_authority(grown, now=now)
    CaseRequest.objects.filter(pk__in=[request.pk for request in requests]).update(consumed_at=now)
    return len(requests)


def _take_requests(limit: int) -> Sequence[CaseRequest]:
    return list(
        CaseRequest.objects.filter(consumed_at__isnull=True)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("transaction__decision__policy__model_version", "transaction__explanation")
        .order_by("id")[:limit]
    )


def _entity(request: CaseRequest) -> AttackedEntity | None:
    payment = request.transaction
    return attacked_entity(customer_id=payment.customer_id, card_id=payment.card_id)


def _cases_of(requests: Sequence[CaseRequest], now: datetime) -> dict[int, ReviewCase]:
    """The locked case of each request, by request id."""
    arrivals = [
        Arrival(request.pk, _entity(request), request.kind == CaseRequest.Kind.AUDIT)
        for request in requests
    ]
    entities = {arrival.entity for arrival in arrivals if arrival.entity and not arrival.audit}
    shared = _lock_cases(entities, now)
    kinds = {request.pk: request.kind for request in requests}
    placements = place(arrivals, {entity: case.pk for entity, case in shared.items()})
    alone = [
        ReviewCase(kind=kinds[placement.request_ids[0]], opened_at=now)
        for placement in placements
        if placement.case_id is None
    ]
    created = iter(ReviewCase.objects.bulk_create(alone))
    by_id = {case.pk: case for case in shared.values()}
    return {
        request_id: case
        for placement in placements
        for case in [by_id[placement.case_id] if placement.case_id else next(created)]
        for request_id in placement.request_ids
    }


def _lock_cases(
    entities: Collection[AttackedEntity], now: datetime
) -> dict[AttackedEntity, ReviewCase]:
    """The open case of each entity, made where there is none, locked against being closed."""
    found: dict[AttackedEntity, ReviewCase] = {}
    # A case can be closed between looking and locking; the second look then makes a new one.
    while missing := [entity for entity in entities if entity not in found]:
        ReviewCase.objects.bulk_create(
            (
                ReviewCase(
                    kind=ReviewCase.Kind.REVIEW,
                    entity_kind=entity.kind,
                    entity_key=entity.key,
                    opened_at=now,
                )
                for entity in sorted(missing, key=lambda entity: (entity.kind, entity.key))
            ),
            ignore_conflicts=True,
        )
        for case in (
            ReviewCase.objects.select_for_update(no_key=True)
            .filter(
                kind=ReviewCase.Kind.REVIEW,
                entity_kind__in={entity.kind for entity in missing},
                entity_key__in=[entity.key for entity in missing],
            )
            .exclude(status=ReviewCase.Status.CLOSED)
            # The words of the unique index: without them every open case would be read.
            .exclude(entity_key="")
            .order_by("pk")
        ):
            found[AttackedEntity(EntityKind(case.entity_kind), case.entity_key)] = case
    return {entity: found[entity] for entity in entities}


def _tasks_of(
    cases: dict[int, ReviewCase], requests: Sequence[CaseRequest], now: datetime
) -> dict[int, ReviewTask]:
    """The task that each case's new items wait for, by case id; locked against being claimed."""
    case_ids = {case.pk for case in cases.values()}
    waiting = {
        task.case_id: task
        for task in ReviewTask.objects.select_for_update(no_key=True)
        .filter(case_id__in=case_ids, kind=TaskKind.FIRST, status__in=("open", "leased"))
        .order_by("pk")
    }
    rounds = dict(
        ReviewTask.objects.filter(case_id__in=case_ids)
        .values_list("case_id")
        .annotate(Max("round"))
    )
    kinds = {cases[request.pk].pk: _first_look(request) for request in requests}
    lessons = draw_lessons(requests, {key: case.pk for key, case in cases.items()})
    opening = [request for request in requests if cases[request.pk].pk not in waiting]
    drawn = draw_presentations(opening, {key: case.pk for key, case in cases.items()})
    residual = residual_queue()
    created = ReviewTask.objects.bulk_create(
        new_task(
            case_id=case_id,
            kind=kinds[case_id],
            round=rounds.get(case_id, 0) + 1,
            queue_id=residual,
            now=now,
            lesson=lessons.get(case_id),
            presentation=drawn.get(case_id, SHOWN),
        )
        for case_id in sorted(case_ids - waiting.keys())
    )
    log_presentations(created, now=now)
    return waiting | {task.case_id: task for task in created}


def _first_look(request: CaseRequest) -> TaskKind:
    return TaskKind.AUDIT if request.kind == CaseRequest.Kind.AUDIT else TaskKind.FIRST


def _add_items(
    requests: Sequence[CaseRequest],
    cases: dict[int, ReviewCase],
    tasks: dict[int, ReviewTask],
    now: datetime,
) -> None:
    items = [_item(request, tasks[cases[request.pk].pk], now) for request in requests]
    ReviewItem.objects.bulk_create(items)
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case_id=item.case_id,
            type="item_added",
            occurred_at=now,
            data={"item": item.pk, "task": item.task_id},
        )
        for item in items
    )


def _item(request: CaseRequest, task: ReviewTask, now: datetime) -> ReviewItem:
    payment = request.transaction
    decision = payment.decision
    # The holder has not seen what arrives after the claim, whatever two clocks say.
    added_at = now if task.claimed_at is None else max(now, task.claimed_at + NEXT_INSTANT)
    wish = request.requested_at + timedelta(minutes=decision.policy.review_minutes)
    return ReviewItem(
        case_id=task.case_id,
        transaction=payment,
        task=task,
        kind=request.kind,
        case_request_id=request.pk,
        why=sentences.why_item(
            decision_reason=decision.reason, strongest=_strongest_sentence(request)
        ),
        # An audit holds nobody up, but a row without a deadline would give it away.
        due_at=decision.hold_until or wish,
        added_at=added_at,
    )


def _strongest_sentence(request: CaseRequest) -> str | None:
    """The first stored reason that speaks for fraud."""
    explanation = getattr(request.transaction, "explanation", None)
    reasons = explanation.reason_codes if explanation else []
    return next((reason["sentence"] for reason in reasons if reason["contribution"] > 0), None)
