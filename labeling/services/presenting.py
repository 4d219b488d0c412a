"""Which first looks hide something of the machine's opinion, by lot, and the record of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.conf import settings

from labeling.domain.presentation import Presentation, drawn_presentation
from labeling.models import CaseEvent, ReviewTask
from scoring.domain import sampling
from scoring.models import CaseRequest

PURPOSE = "presentation"


def draw_presentations(
    requests: Sequence[CaseRequest], case_ids: Mapping[int, int]
) -> dict[int, Presentation]:
    """By case id, what its first look shows. `case_ids` maps each request to its case.

    The first payment of a case draws, under the policy that decided it: opening it again would
    draw the same. Audits are blind anyway and not among the cases that come back.
    """
    secret = settings.FRAUDREVIEW_DATA_KEY.encode()
    first: dict[int, CaseRequest] = {}
    for request in sorted(requests, key=lambda request: request.pk):
        if request.kind == CaseRequest.Kind.REVIEW:
            first.setdefault(case_ids[request.pk], request)
    return {case_id: _drawn(request, secret) for case_id, request in first.items()}


def log_presentations(tasks: Collection[ReviewTask], *, now: datetime) -> None:
    """Add to each case what the lot said; nothing where none was drawn."""
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case_id=task.case_id,
            type="presentation_drawn",
            occurred_at=now,
            data={
                "task": task.pk,
                "presentation": task.presentation,
                "share": task.presentation_share,
            },
        )
        for task in tasks
        if task.presentation_share is not None
    )


def _drawn(request: CaseRequest, secret: bytes) -> Presentation:
    payment = request.transaction
    policy = payment.decision.policy
    return drawn_presentation(
        sampling.draw(secret, payment.external_id, PURPOSE),
        explanation_hidden=policy.explanation_hidden_share,
        score_hidden=policy.score_hidden_share,
    )
