"""Find labels that the data contradict, and have people look at them again, blind."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from labeling.models import Verdict
from labeling.selectors.doubtable import doubtable_verdicts
from labeling.services.second_reviews import look_again
from monitoring.domain.dataset import SOURCES, Dataset
from monitoring.domain.label_errors import (
    entity_folds,
    most_doubted,
    out_of_fold,
    self_confidence,
    too_little,
)
from monitoring.models import LabelErrorCandidate, LabelErrorSearch
from monitoring.selectors.dataset import payments_between
from monitoring.services.vectors import vectors_of
from scoring.domain.errors import Conflict, Problem
from scoring.domain.estimator import Options, XGBoostOptions, options_from_numbers
from scoring.models import ModelVersion
from scoring.selectors.registry import production_version
from scoring.services.locking import advisory_lock
from scoring.services.wakeup import ring

WINDOW = timedelta(days=180)
# The newest so many labels: more would keep a worker busy for long and say little else.
MOST_LABELS = 50_000
WEEK = timedelta(days=7)
OPINIONS = [SOURCES.index("verdict"), SOURCES.index("second_review")]
# The same labels fall into the same folds, so a repeated search doubts the same ones.
SEED = 0
LOCK = "label errors"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Doubts:
    """What a search found: verdicts with how likely their label is, the least likely first."""

    labels: int
    frauds: int
    opinions: int = 0
    found: tuple[tuple[Verdict, float], ...] = ()
    refused: str = ""


def request_search(*, by: User | None, now: datetime) -> LabelErrorSearch:
    """Return a search that waits for a worker.

    Raises `Conflict` (`search_in_progress`) where one waits or runs already.
    """
    try:
        with transaction.atomic():
            search = LabelErrorSearch.objects.create(requested_by=by, requested_at=now)
    except IntegrityError:
        raise Conflict("search_in_progress", "A search for label errors is under way.") from None
    transaction.on_commit(lambda: ring("monitoring.find_label_errors"))
    return search


def request_weekly_search(*, now: datetime) -> LabelErrorSearch | None:
    """Return the search of the weekly schedule, None where one is under way anyway."""
    try:
        return request_search(by=None, now=now)
    except Conflict:
        return None


def run_requested_search(*, clock: Callable[[], datetime]) -> LabelErrorSearch | None:
    """Run the search that waits; None where none does, or another process runs it."""
    with advisory_lock(LOCK) as acquired:
        search = LabelErrorSearch.objects.filter(finished_at=None).first() if acquired else None
        if search is not None:
            now = clock()
            _finish(search, _doubts_or_why_not(now), now, clock())
    return search


def _doubts_or_why_not(now: datetime) -> Doubts:
    try:
        return _doubts(now)
    except Exception as error:
        # Else it would be tried again for ever.
        logger.exception("the search for label errors failed")
        return Doubts(0, 0, refused=f"It failed: {type(error).__name__}: {error}"[:200])


def _finish(search: LabelErrorSearch, doubts: Doubts, as_of: datetime, now: datetime) -> None:
    """Queue the most doubted labels, as many as this week still allows."""
    left = _left_this_week(as_of)
    refused = doubts.refused
    if not refused and doubts.found and left <= 0:
        refused = "This week’s re-reviews are queued already."
    with transaction.atomic():
        chances = {verdict.pk: chance for verdict, chance in doubts.found}
        chosen = [verdict for verdict, _ in doubts.found[: max(left, 0)]]
        LabelErrorCandidate.objects.bulk_create(
            LabelErrorCandidate(
                search=search,
                draw=draw,
                value=draw.verdict.value,
                self_confidence=chances[draw.verdict_id],
            )
            for draw in look_again(chosen, now=now)
        )
        search.labels, search.frauds = doubts.labels, doubts.frauds
        search.opinions, search.doubted = doubts.opinions, len(doubts.found)
        search.refused, search.finished_at = refused, now
        search.save()


def _left_this_week(now: datetime) -> int:
    lately = LabelErrorCandidate.objects.filter(draw__drawn_at__gt=now - WEEK)
    return settings.FRAUDREVIEW_LABEL_ERROR_REVIEWS - lately.count()


def _doubts(now: datetime) -> Doubts:
    version = production_version()
    if version is None:
        return Doubts(0, 0, refused="No model is in production, so none can doubt a label.")
    dataset = payments_between(now - WINDOW, now, as_of=now).labelled()
    dataset = dataset.where(np.arange(len(dataset)) >= len(dataset) - MOST_LABELS)
    refused = too_little(len(dataset), dataset.frauds)
    if refused:
        return Doubts(len(dataset), dataset.frauds, refused=refused)
    verdicts = doubtable_verdicts(_opinions(dataset), as_of=now)
    try:
        found = _found(dataset, verdicts, version) if verdicts else ()
    except Problem as problem:
        return Doubts(len(dataset), dataset.frauds, len(verdicts), refused=problem.message[:200])
    return Doubts(len(dataset), dataset.frauds, len(verdicts), found)


def _found(
    dataset: Dataset, verdicts: Mapping[int, Verdict], version: ModelVersion
) -> tuple[tuple[Verdict, float], ...]:
    folds = entity_folds(dataset.cards, rng=np.random.default_rng(SEED))
    probabilities = out_of_fold(
        vectors_of(dataset, version.feature_set),
        dataset.labels,
        folds,
        options=_options(version),
    )
    confidence = self_confidence(probabilities, dataset.labels)
    ids = dataset.transaction_ids
    eligible = np.isin(ids, list(verdicts))
    return tuple(
        (verdicts[int(ids[place])], float(confidence[place]))
        for place in most_doubted(confidence, eligible)
    )


def _options(version: ModelVersion) -> Options:
    """Those that the deciding version was fitted with, the usual ones where it does not say."""
    told = version.metrics.get("estimator")
    return options_from_numbers(told) if told else XGBoostOptions()


def _opinions(dataset: Dataset) -> list[int]:
    ids: list[int] = dataset.transaction_ids[np.isin(dataset.sources, OPINIONS)].tolist()
    return ids
