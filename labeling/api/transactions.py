"""Transactions and decisions read back.

Both tell opinions, which somebody who is to judge blind must not see, and a transaction's history
tells its labels: so they are here and not in scoring.
"""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labeling.api import examples
from labeling.api.shapes import TransactionHistorySerializer
from labeling.domain.resolution import RESOLUTION_VERSION, ResolvedLabel
from labeling.selectors.blindness import may_see_opinion
from labeling.selectors.labels import NOTHING_SAID, TimelineEntry
from labeling.selectors.presentation import unexplained_to
from labeling.selectors.stories import Opinions, Story, story_of
from scoring.access import PERSONAL_DATA_ROLES, ROLES, has_role
from scoring.api.decisions import NOT_DECIDED, PENDING, response_of
from scoring.api.description import Told, answered, errors
from scoring.api.examples import DECISION
from scoring.api.shapes import DecisionSerializer, PendingSerializer
from scoring.domain.errors import Forbidden, NotFound
from scoring.domain.intake import FIELDS
from scoring.models import ApiKey
from scoring.selectors.answers import awaited_answer, decision_answer
from scoring.selectors.personal_data import shown_until
from scoring.selectors.transactions import transaction_id_of
from scoring.services.personal_data import log_read_by_program

PERSONAL_FIELDS = ("email", "ip_address", "attributes")
KEPT_BACK = Told(403, "kept_back", "You may be asked to judge this payment blind.")
LABEL_FIELDS = (
    "source",
    "verification",
    "fraud_type",
    "reason",
    "dispute_stage",
    "occurred_at",
    "known_at",
)
RESOLVED_FIELDS = ("source", "fraud_type", "known_at", "conflict", "trains")
CENT = Decimal("0.01")


class DecisionOfTransaction(APIView):
    """What was decided about one transaction, and what became of it."""

    required_scopes = {"GET": "decisions:read"}
    allowed_roles = {"GET": ROLES}

    @extend_schema(
        operation_id="read_decision",
        summary="Read a decision and its final outcome",
        description=(
            "202 while the decision is awaited. `final_outcome` moves when a person or a deadline"
            " settles the payment; the decision itself never changes."
        ),
        responses={
            200: DecisionSerializer,
            202: PendingSerializer,
            **errors(KEPT_BACK, 404, NOT_DECIDED),
        },
        examples=[answered("decision", DECISION), answered("not yet", PENDING, 202)],
        tags=["decisions"],
    )
    def get(self, request: Request, external_id: str) -> HttpResponse:
        id_ = transaction_id_of(external_id)
        if id_ is None:
            raise NotFound("not_found", "There is no transaction with this external_id.")
        if not may_see_opinion(request.user, id_):
            raise Forbidden("kept_back", "You may be asked to judge this payment blind.")
        if unexplained_to(request.user, id_, now=timezone.now()):
            raise Forbidden("kept_back", "Its reasons are kept back until your verdict, by lot.")
        return response_of(awaited_answer(id_))


class TransactionHistory(APIView):
    """One transaction with its whole history."""

    required_scopes = {"GET": "decisions:read"}
    allowed_roles = {"GET": ROLES}

    @extend_schema(
        operation_id="read_transaction",
        summary="Read a transaction with its whole history",
        description=(
            "The transaction as it is stored, its events, its decision, what was done with the"
            " payment, and every label. Personal data needs the scope `review`; without it"
            " `masked` names the fields that are kept but not shown."
        ),
        responses={200: TransactionHistorySerializer, **errors(404)},
        examples=[answered("history", examples.HISTORY)],
        tags=["transactions"],
    )
    def get(self, request: Request, external_id: str) -> Response:
        story = story_of(external_id, person=request.user, now=timezone.now())
        return Response(
            {
                **_record(story, personal=_sees_personal_data(request, story)),
                "events": [_event(event) for event in story.events],
                "kept_back": story.opinions is None,
                **_opinions(story, named=_names_reviewers(request)),
            }
        )


def _sees_personal_data(request: Request, story: Story) -> bool:
    """Programs that review see it, and each such day is written down; people ask on a page."""
    now, key = timezone.now(), request.auth
    if isinstance(key, ApiKey):
        if "review" not in key.scopes:
            return False
        log_read_by_program(transaction_id=story.transaction.pk, key=key, now=now)
        return True
    allowed = has_role(request.user, *PERSONAL_DATA_ROLES)
    return allowed and bool(shown_until(story.transaction.pk, reader=request.user, now=now))


def _record(story: Story, *, personal: bool) -> dict[str, Any]:
    """Return the present fields as they were sent, in normal form, and what intake added."""
    sources = dict.fromkeys(PERSONAL_FIELDS, story.details)
    sent = {name: getattr(sources.get(name, story.transaction), name) for name in FIELDS}
    masked = [] if personal else [name for name in PERSONAL_FIELDS if sent[name]]
    shown = {
        name: value
        for name, value in sent.items()
        if value not in (None, {}) and name not in masked
    }
    return {
        **shown,
        "amount": _plain(story.transaction.amount),
        "received_at": story.transaction.received_at,
        "base_amount": story.transaction.base_amount,
        "imported": story.transaction.imported,
        "masked": masked,
    }


def _plain(amount: Decimal) -> Decimal:
    """Return the amount with two decimals where two are enough."""
    cents = amount.quantize(CENT)
    return cents if cents == amount else amount


def _event(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in ("type", "occurred_at", "received_at")}


def _opinions(story: Story, *, named: bool) -> dict[str, Any]:
    opinions = story.opinions or Opinions(None, None, (), (), (), NOTHING_SAID)
    return {
        "decision": _decision(story, opinions) if opinions.decision else None,
        "dispositions": [
            {name: getattr(disposition, name) for name in ("action", "cause", "disposed_at")}
            for disposition in opinions.dispositions
        ],
        "labels": [_label(entry, named=named) for entry in opinions.labels.entries],
        "resolved_label": _resolved(opinions.labels.resolved),
    }


def _decision(story: Story, opinions: Opinions) -> dict[str, Any] | None:
    answer = decision_answer(story.transaction.pk)
    return {**answer, "reason_codes": []} if answer and opinions.unexplained else answer


def _label(entry: TimelineEntry, *, named: bool) -> dict[str, Any]:
    label, step = entry.label, entry.step
    reviewer = label.reviewer.get_username() if named and label.reviewer else None
    return {
        "id": label.pk,
        "label": label.value,
        **{name: getattr(label, name) for name in LABEL_FIELDS},
        "reviewer": reviewer,
        "supersedes": label.supersedes_id,
        "means": step.meaning,
        "superseded": step.replaced,
    }


def _resolved(label: ResolvedLabel) -> dict[str, Any] | None:
    if label.value is None:
        return None
    told = {name: getattr(label, name) for name in RESOLVED_FIELDS}
    return {"label": label.value, **told, "rule_version": RESOLUTION_VERSION}


def _names_reviewers(request: Request) -> bool:
    """Programs that do not review are not told who judged; people see it on the page anyway."""
    return not isinstance(request.auth, ApiKey) or "review" in request.auth.scopes
