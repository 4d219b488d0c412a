"""Practice: past payments whose truth is known, judged again without any consequence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count

from labeling.models import PracticeAnswer, ReviewItem, Verdict
from labeling.models.labels import KNOWN_ANSWERS
from labeling.selectors.blindness import hidden_among
from labeling.selectors.case_page.facts import Facts, facts_of
from labeling.selectors.case_page.history import History, history_of, past_payments
from labeling.selectors.case_page.opinion import Opinion, opinion_of
from labeling.selectors.claims_taken import standing_as_said
from labeling.selectors.labels import resolved_labels
from scoring.domain import sampling
from scoring.domain.errors import NotFound
from scoring.domain.intervals import wilson_interval
from scoring.models import Transaction

ROUND = 10
REST = timedelta(days=90)
MOST_EXPOSURES = 30
POOL = 400
LOOKED_AT = 40
# People who see little fraud miss more of it: half of the practice is fraud.
FRAUD_SHARE = 0.5
CODES = {"fraud": 1, "legitimate": 0}


@dataclass(frozen=True, slots=True)
class Known:
    """A payment with what is known to be true of it, and how that became known."""

    payment: Transaction
    truth: str
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Focus:
    """The payment of a practice page, where a case page has an item."""

    transaction: Transaction
    kind: str = "practice"

    @property
    def transaction_id(self) -> int:
        """Its id."""
        return self.transaction.pk


@dataclass(frozen=True, slots=True)
class PracticePage:
    """What a practice case shows; `opinion` only once it is answered."""

    focus: Focus
    facts: Facts
    history: History
    opinion: Opinion | None = None
    said: None = None
    similar: None = None
    explanation_kept_back: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """How the round stands: answered so far, right ones, and a 95 % interval of the share."""

    answered: int
    right: int
    low: float
    high: float

    @property
    def finished(self) -> bool:
        """Whether all cases of the round are answered."""
        return self.answered >= ROUND


def next_practice(*, reviewer: User, now: datetime) -> Known | None:
    """The practice case that is this person's turn, the same until it is answered; or None.

    About every other one is fraud. Drawn by a keyed lot of person and number among the newest
    payments whose truth rests on more than an opinion.
    """
    number = PracticeAnswer.objects.filter(reviewer=reviewer).count()
    fraud_first = _draw(reviewer, number, "kind") < FRAUD_SHARE
    for truth in ("fraud", "legitimate") if fraud_first else ("legitimate", "fraud"):
        if found := _drawn(reviewer, number, truth, now):
            return found
    return None


def practice_page(payment: Transaction, *, opinion: bool = False) -> PracticePage:
    """The facts as they were at the payment's time; what became of others would tell too much."""
    until = payment.occurred_at
    payments = past_payments(payment, until=until)
    return PracticePage(
        focus=Focus(payment),
        facts=facts_of(payment, now=until),
        history=history_of(payment, payments, until=until, became={}),
        opinion=opinion_of(payment) if opinion else None,
    )


def own_answer(answer_id: int, *, reviewer: User) -> PracticeAnswer:
    """An answer of this person. Raises NotFound."""
    answer = (
        PracticeAnswer.objects.filter(pk=answer_id, reviewer=reviewer)
        .select_related("transaction")
        .first()
    )
    if answer is None:
        raise NotFound("unknown_answer", "You have given no such answer.")
    return answer


def current_round(*, reviewer: User, upto: int | None = None) -> Round:
    """How the newest round of ten stands, or the round of the answer `upto`."""
    answers = PracticeAnswer.objects.filter(reviewer=reviewer)
    if upto is not None:
        answers = answers.filter(pk__lte=upto)
    total = answers.count()
    size = (total - 1) % ROUND + 1 if total else 0
    newest = answers.order_by("-pk").values_list("value", "truth")[:size]
    right = sum(value == truth for value, truth in newest)
    low, high = wilson_interval(right, size) if size else (0.0, 1.0)
    return Round(size, right, low, high)


def _drawn(reviewer: User, number: int, truth: str, now: datetime) -> Known | None:
    labels = {
        label.transaction_id: label
        for label in standing_as_said()
        .filter(source__in=KNOWN_ANSWERS, value=truth, known_at__lte=now)
        .order_by("-known_at")[:POOL]
    }
    fit = _fit(reviewer, list(labels), now)
    ordered = sorted(fit, key=lambda id: _draw(reviewer, number, str(id)))[:LOOKED_AT]
    resolved = resolved_labels(as_of=now, transaction_ids=ordered) if ordered else None
    agreed = (
        set(resolved.transaction_ids[resolved.is_fraud == CODES[truth]].tolist())
        if resolved
        else set()
    )
    chosen = next((id for id in ordered if id in agreed), None)
    if chosen is None:
        return None
    label = labels[chosen]
    payment = Transaction.objects.get(pk=chosen)
    return Known(payment, truth, label.source, label.known_at)


def _fit(reviewer: User, ids: Sequence[int], now: datetime) -> set[int]:
    """Those that nobody works on, that are not hidden from this person, and new to them."""
    items = ReviewItem.objects.filter(transaction_id__in=ids)
    opened = items.filter(resolution="").values_list("transaction_id", flat=True)
    judged = Verdict.objects.filter(item__transaction_id__in=ids, reviewer=reviewer)
    answers = PracticeAnswer.objects.filter(transaction_id__in=ids)
    fresh = answers.filter(reviewer=reviewer, given_at__gt=now - REST)
    worn = answers.values("transaction_id").annotate(shown=Count("pk"))
    out = {
        *opened,
        *judged.values_list("item__transaction_id", flat=True),
        *fresh.values_list("transaction_id", flat=True),
        *(row["transaction_id"] for row in worn if row["shown"] >= MOST_EXPOSURES),
        *hidden_among(reviewer, ids),
    }
    decided = Transaction.objects.filter(pk__in=ids, decision__isnull=False)
    return set(decided.values_list("pk", flat=True)) - out


def _draw(reviewer: User, number: int, what: str) -> float:
    secret = settings.FRAUDREVIEW_DATA_KEY.encode()
    return sampling.draw(secret, f"{reviewer.pk} {number} {what}", "practice")
