"""One payment as support sees it: facts, what its customer felt, and what may be done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labeling.domain import support
from labeling.domain.disputes import LIABILITY_STAGES
from labeling.models import CustomerStatement, Label
from labeling.selectors.appeals import ShownAppeal, appeals_of
from labeling.selectors.blindness import may_see_opinion
from labeling.selectors.statements import statements_of
from labeling.selectors.stories import Moment
from labeling.selectors.support.questions import Question, open_questions
from labeling.selectors.support.search import state_of
from scoring.access import LEAD, Person, has_role
from scoring.domain.errors import NotFound
from scoring.models import Decision, Disposition, Transaction, TransactionDetails
from scoring.selectors.transactions import transaction_id_of

DONE = {"confirms": "The customer says: it was me", "denies": "The customer says: it was not me"}
BY = {"phone": "by phone", "email": "by e-mail", "chat": "in the chat", "in_app": "in the app"}
SURE = {
    "customer_contacted": "we called back",
    "documents": "checked by documents",
    "challenge_passed": "challenge passed",
}


@dataclass(frozen=True, slots=True)
class SupportPayment:
    """`state` is a key of `support.STATES`; `told` is what the customer was told, in sentences.

    `appeal_refused` says why no appeal can be filed now, and is empty where one can.
    """

    transaction: Transaction
    details: TransactionDetails
    state: str
    told: tuple[str, ...]
    moments: tuple[Moment, ...]
    statements: Sequence[CustomerStatement]
    appeals: Sequence[ShownAppeal]
    questions: tuple[Question, ...]
    appeal_refused: str

    @property
    def kept_back(self) -> bool:
        """Whether this reader may be asked to judge the payment blind."""
        return self.state == "kept_back"

    @property
    def standing(self) -> Sequence[CustomerStatement]:
        """The statements that nobody has corrected, newest first."""
        return [each for each in reversed(self.statements) if not _is_corrected(each)]


def support_payment(external_id: str, *, reader: Person) -> SupportPayment:
    """The payment as this person may see it. Raises NotFound."""
    number = transaction_id_of(external_id)
    if number is None:
        raise NotFound("not_found", "There is no transaction with this external_id.")
    payment = Transaction.objects.select_related("details", "decision").get(pk=number)
    details = getattr(payment, "details", None) or TransactionDetails()
    if not may_see_opinion(reader, number):
        refused = "You may be asked to judge this payment blind, so another colleague appeals."
        return SupportPayment(payment, details, "kept_back", (), (), (), (), (), refused)
    return _seen(payment, details, reader)


def _seen(payment: Transaction, details: TransactionDetails, reader: Person) -> SupportPayment:
    dispositions = list(payment.dispositions.order_by("pk"))
    newest = dispositions[-1].action if dispositions else None
    state = state_of(payment, newest, kept_back=False)
    statements, appeals = statements_of(payment.pk), appeals_of(payment.pk)
    decision = getattr(payment, "decision", None)
    told = [*_answers(decision), *map(_disposed, dispositions)]
    moments = [
        _arrival(payment),
        *told,
        *_later(payment),
        *map(_stated, statements),
        *(moment for shown in appeals for moment in _appealed(shown)),
    ]
    return SupportPayment(
        transaction=payment,
        details=details,
        state=state,
        told=tuple(moment.sentence for moment in told),
        moments=tuple(sorted(moments, key=lambda moment: moment.at)),
        statements=statements,
        appeals=appeals,
        questions=open_questions(reader=reader, transaction_id=payment.pk),
        appeal_refused=_refused(state, appeals, lead=has_role(reader, LEAD)),
    )


def _refused(state: str, appeals: Sequence[ShownAppeal], *, lead: bool) -> str:
    if any(shown.open for shown in appeals):
        return "An appeal waits for its decision; it is told here and on your list."
    if state != "declined" and any(shown.status == "granted" for shown in appeals):
        return "The appeal was granted; nothing is left to appeal."
    if state != "declined":
        return "Only a declined payment can be appealed."
    if appeals and not lead:
        return "An appeal was rejected. Only a lead can file another, with new evidence."
    return ""


def _answers(decision: Decision | None) -> Iterator[Moment]:
    if decision is not None:
        icon, _ = support.STATES[support.OF_OUTCOME[decision.outcome]]
        yield Moment(decision.decided_at, icon, support.AT_ONCE[decision.outcome])


def _disposed(disposition: Disposition) -> Moment:
    sentence = support.disposed(disposition.action, disposition.cause)
    return Moment(disposition.disposed_at, "undo", sentence)


def _arrival(payment: Transaction) -> Moment:
    sentence = "Imported as history." if payment.imported else "The payment came in."
    return Moment(payment.received_at, "down", sentence)


def _later(payment: Transaction) -> Iterator[Moment]:
    for event in payment.events.order_by("occurred_at", "pk"):
        yield Moment(event.occurred_at, "information", support.EVENTS[event.type])
    # No later one corrects them: what was told twice happened once.
    outside = Label.objects.filter(transaction=payment, source__in=support.FROM_OUTSIDE, label=None)
    for label in outside.order_by("pk"):
        won = label.dispute_stage in LIABILITY_STAGES
        sentence = support.WON if won else support.FROM_OUTSIDE[label.source]
        yield Moment(label.known_at, "information", sentence)


def _stated(statement: CustomerStatement) -> Moment:
    words = DONE[statement.value]
    corrected = " Corrected later." if _is_corrected(statement) else ""
    return Moment(
        at=statement.recorded_at,
        icon="person",
        sentence=f"{words}, {BY[statement.channel]}; {SURE[statement.verification]}.{corrected}",
        actor=_name(statement.recorded_by),
        note=statement.note,
    )


def _is_corrected(statement: CustomerStatement) -> bool:
    return getattr(statement, "corrected_by", None) is not None


def _appealed(shown: ShownAppeal) -> Iterator[Moment]:
    appeal = shown.appeal
    filer = _name(appeal.filed_by)
    yield Moment(appeal.filed_at, "escalate", "An appeal was filed.", filer, appeal.reason)
    # A granted one is told by its disposition.
    if shown.status == "rejected" and shown.decided_at:
        sentence = "The appeal was rejected: the decline stays."
        yield Moment(shown.decided_at, "information", sentence)


def _name(person: object) -> str:
    get_full_name = getattr(person, "get_full_name", None)
    return (get_full_name() if get_full_name else "") or str(person)
