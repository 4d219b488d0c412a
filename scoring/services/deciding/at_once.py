"""Deciding transactions inside the requests that send them, within a time budget.

Requests that come at the same moment share one database transaction: it stores what is new,
decides it, and commits before anybody is answered.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from scoring.domain.errors import Conflict, InvalidRecord, NotFound, Problem
from scoring.domain.intake import TransactionRecord
from scoring.models import Decision
from scoring.selectors.answers import awaited_answer
from scoring.services.deciding.answering import fresh_answers
from scoring.services.deciding.batches import decide, open_batch
from scoring.services.deciding.claiming import Subject, claim_these
from scoring.services.gathering import Gathering
from scoring.services.intake import refusal
from scoring.services.storing import Fate, Stored, store

logger = logging.getLogger(__name__)
WAIT_SECONDS = 0.01
MOST_TOGETHER = 100
# Less than this is no time to score in.
LEAST_SECONDS = 0.02

Clock = Callable[[], datetime]
Answer = dict[str, Any] | None
"""The decision as it is told, or None while a worker is deciding."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One request: what it sent, and until when it wants an answer (monotonic seconds)."""

    record: TransactionRecord
    deadline: float
    clock: Clock


def decide_at_once(*, record: TransactionRecord, clock: Clock, budget_milliseconds: int) -> Answer:
    """Store and decide one transaction now; return its decision, the first one if it was known.

    Past the budget the policy's fallback decides (`degraded`). A worker may be deciding it at
    this moment: then its decision is awaited for the rest of the budget, and None means that it
    had not come by then. Raises Conflict for an id that was used with other content,
    InvalidRecord for a currency without a rate, NotFound for imported history.
    """
    deadline = time.monotonic() + budget_milliseconds / 1000
    while True:
        answer = _gathering.ask(Asked(record, deadline, clock))
        if isinstance(answer, Problem):
            raise answer
        if answer is not None or time.monotonic() >= deadline:
            return answer
        time.sleep(WAIT_SECONDS)


def _decide_together(asked: Sequence[Asked]) -> list[Answer | Problem]:
    """Return the answer to each; who has no time left does not take it from the others."""
    enough = time.monotonic() + LEAST_SECONDS
    late = [one for one in asked if one.deadline < enough]
    in_time = [one for one in asked if one.deadline >= enough]
    answers = dict(zip(in_time, _decide_in_time(in_time), strict=True))
    answers |= dict(zip(late, _fall_back(late), strict=True))
    return [answers[one] for one in asked]


def _decide_in_time(asked: Sequence[Asked]) -> list[Answer | Problem]:
    """Return the answer to each; one that breaks scoring is decided by the fallback, alone."""
    if not asked:
        return []
    left = min(one.deadline for one in asked) - time.monotonic()
    try:
        return _store_and_decide(asked, milliseconds=int(left * 1000))
    except (OperationalError, InterfaceError) as error:
        if not _timed_out(error):
            raise
        return _fall_back(asked)
    except Exception:
        if len(asked) > 1:
            return [answer for one in asked for answer in _decide_together([one])]
        logger.exception("%s could not be scored in the request", asked[0].record.external_id)
        return _store_and_decide(asked, fallback_reason=Decision.Reason.SCORING_ERROR)


def _fall_back(asked: Sequence[Asked]) -> list[Answer | Problem]:
    if not asked:
        return []
    return _store_and_decide(asked, fallback_reason=Decision.Reason.TIME_BUDGET)


def _store_and_decide(
    asked: Sequence[Asked], *, milliseconds: int | None = None, fallback_reason: str = ""
) -> list[Answer | Problem]:
    now = asked[0].clock()
    with transaction.atomic():
        opening = open_batch(milliseconds=milliseconds)
        records = [one.record for one in asked]
        stored = store(records, now=now, fate=Fate.DECIDED)
        judged = decide(
            subjects=_subjects(records, stored),
            now=now,
            fallback_reason=fallback_reason,
            opening=opening,
        )
    answers = fresh_answers(judged, now=now) if judged else {}
    return [_answer(record, stored.get(record.external_id), answers) for record in records]


def _subjects(records: Sequence[TransactionRecord], stored: Mapping[str, Stored]) -> list[Subject]:
    """Return the new ones, and the known ones whose place in the queue nobody holds."""
    deadlines = {record.external_id: record.respond_by for record in reversed(records)}
    new = [
        Subject(row.id, external_id, row.base_amount, deadlines[external_id])
        for external_id, row in stored.items()
        if row.added
    ]
    known = claim_these([row.id for row in stored.values() if not row.added])
    return sorted([*new, *known], key=lambda subject: subject.transaction_id)


def _answer(
    record: TransactionRecord, known: Stored | None, answers: Mapping[int, dict[str, Any]]
) -> Answer | Problem:
    error = refusal(record, known)
    if error is not None and error.code == "conflict":
        return Conflict("conflict", error.message, [error])
    if error is not None or known is None:
        return InvalidRecord([error] if error else [], "The transaction is not valid.")
    try:
        return answers.get(known.id) or awaited_answer(known.id)
    except NotFound as history:
        return history


def _timed_out(error: Exception) -> bool:
    return getattr(error.__cause__, "sqlstate", None) == "57014"  # query_canceled


_gathering: Gathering[Asked, Answer | Problem] = Gathering(_decide_together, most=MOST_TOGETHER)
