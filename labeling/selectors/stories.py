"""Everything about one transaction, in the order in which it happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from labeling.domain.label_timeline import source_words
from labeling.domain.maturing import Course, Step
from labeling.models import ReviewItem, Verdict
from labeling.selectors.blindness import may_see_opinion
from labeling.selectors.labels import LabelTimeline, TimelineEntry, timeline_of
from labeling.selectors.presentation import unexplained_to
from scoring.access import Person
from scoring.domain.errors import NotFound
from scoring.models import (
    Decision,
    Disposition,
    Explanation,
    Transaction,
    TransactionDetails,
    TransactionEvent,
)
from scoring.selectors.transactions import transaction_id_of


@dataclass(frozen=True, slots=True)
class Opinions:
    """What machine and people thought, did, and learned; kept back from who must judge blind.

    `unexplained` where the lot keeps the reasons back from this reader until their verdict.
    """

    decision: Decision | None
    explanation: Explanation | None
    dispositions: Sequence[Disposition]
    items: Sequence[ReviewItem]
    verdicts: Sequence[Verdict]
    labels: LabelTimeline
    unexplained: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """One transaction. Where opinions are kept back from this reader, `opinions` is None.

    Events are kept back with them: who captures a payment has been told that it is approved.
    """

    transaction: Transaction
    details: TransactionDetails
    events: Sequence[TransactionEvent]
    opinions: Opinions | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story: what happened, who did it, what they wrote."""

    at: datetime
    icon: str
    sentence: str
    actor: str = ""
    note: str = ""
    case_id: int | None = None


def story_of(external_id: str, *, person: Person, now: datetime) -> Story:
    """Return the whole story of a transaction, as this person may see it. Raises NotFound."""
    id_ = transaction_id_of(external_id)
    if id_ is None:
        raise NotFound("not_found", "There is no transaction with this external_id.")
    transaction = Transaction.objects.select_related("details").get(pk=id_)
    seen = may_see_opinion(person, id_)
    return Story(
        transaction=transaction,
        details=getattr(transaction, "details", None) or TransactionDetails(),
        events=list(transaction.events.order_by("occurred_at", "id")) if seen else [],
        opinions=_opinions(transaction, unexplained_to(person, id_, now=now)) if seen else None,
    )


def course_of(story: Story) -> Course | None:
    """What became of the payment, as the rule of maturing takes it; None before its decision."""
    if story.opinions is None or story.opinions.decision is None:
        return None
    decision = story.opinions.decision
    return Course(
        outcome=decision.outcome,
        decided_at=decision.decided_at,
        payment_stage=story.transaction.payment_stage,
        dispositions=tuple(
            Step(each.action, each.disposed_at, each.disposed_at)
            for each in story.opinions.dispositions
        ),
        events=tuple(Step(each.type, each.occurred_at, each.received_at) for each in story.events),
    )


def moments(story: Story) -> list[Moment]:
    """Return what happened, oldest first."""
    told = [_arrival(story.transaction), *map(_event, story.events)]
    if story.opinions:
        told += _opinion_moments(story.opinions)
    return sorted(told, key=lambda moment: moment.at)


def _opinions(transaction: Transaction, unexplained: bool) -> Opinions:
    decisions = Decision.objects.select_related("model_version__feature_set", "policy")
    return Opinions(
        decision=decisions.filter(pk=transaction.pk).first(),
        explanation=(
            None if unexplained else Explanation.objects.filter(pk=transaction.pk).first()
        ),
        dispositions=list(transaction.dispositions.select_related("actor").order_by("id")),
        items=list(transaction.review_items.order_by("id")),
        verdicts=list(
            Verdict.objects.filter(item__transaction=transaction)
            .select_related("reviewer", "reason_code")
            .order_by("id")
        ),
        labels=timeline_of(transaction.pk),
        unexplained=unexplained,
    )


def _arrival(transaction: Transaction) -> Moment:
    sentence = "Imported as history." if transaction.imported else "Came in."
    return Moment(transaction.received_at, "down", sentence)


def _event(event: TransactionEvent) -> Moment:
    return Moment(event.occurred_at, "information", f"{event.get_type_display()}.")


def _opinion_moments(opinions: Opinions) -> Iterator[Moment]:
    if opinions.decision:
        yield _decided(opinions.decision)
    for item in opinions.items:
        told = "" if opinions.unexplained else f": {item.why}"
        sentence = f"Joined case {item.case_id}{told or '.'}"
        yield Moment(item.added_at, "person", sentence, case_id=item.case_id)
    for verdict in opinions.verdicts:
        reason = f", {verdict.reason_code.title.lower()}" if verdict.reason_code else ""
        sentence = f"Verdict: {verdict.get_value_display().lower()}{reason}."
        who = verdict.reviewer.get_full_name() or verdict.reviewer.get_username()
        yield Moment(verdict.given_at, verdict.value, sentence, who, verdict.note)
    yield from map(_disposed, opinions.dispositions)
    yield from map(_labelled, opinions.labels.entries)


def _decided(decision: Decision) -> Moment:
    by = f"Version v{decision.model_version.number}" if decision.model_version else "The fallback"
    sentence = f"{by} under policy {decision.policy.number} said {decision.outcome}"
    told = "" if decision.reason == Decision.Reason.SCORE else f": {_reason(decision)}"
    return Moment(decision.decided_at, decision.outcome, f"{sentence}{told}.")


def _reason(decision: Decision) -> str:
    reason = decision.get_reason_display()
    return reason[:1].lower() + reason[1:]


def _disposed(disposition: Disposition) -> Moment:
    action = disposition.get_action_display()
    sentence = f"{action}, because of {_with_article(disposition.get_cause_display())}."
    actor = disposition.actor
    who = (actor.get_full_name() or actor.get_username()) if actor else ""
    return Moment(disposition.disposed_at, "undo", sentence, who, disposition.note)


def _with_article(word: str) -> str:
    return f"{'an' if word[0] in 'AEIOU' else 'a'} {word.lower()}"


def _labelled(entry: TimelineEntry) -> Moment:
    label = entry.label
    icon = "cannot_tell" if entry.step.meaning == "unknown" else entry.step.meaning
    replaced = " A later one replaced it." if entry.step.replaced else ""
    sentence = f"Label: {entry.step.meaning}, by {source_words(label.source)}.{replaced}"
    reviewer = label.reviewer
    who = (reviewer.get_full_name() or reviewer.get_username()) if reviewer else ""
    return Moment(label.known_at, icon, sentence, who)
