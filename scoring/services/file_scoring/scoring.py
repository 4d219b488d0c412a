"""From a file of payments to a file of scores; nothing else is written."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from scoring.domain.errors import Problem
from scoring.domain.features import FeatureSet
from scoring.domain.intake import Context
from scoring.domain.mapping import LineError, Mapping, RowReader
from scoring.models import DecisionPolicy
from scoring.selectors.answers import REASON_KEYS
from scoring.selectors.feature_sets import feature_set_of
from scoring.selectors.mappings import label_delay, mapped_table
from scoring.selectors.policies import active_policy, policy_numbered
from scoring.selectors.registry import version_numbered
from scoring.selectors.secrets import data_key
from scoring.selectors.tables import Table, ahead
from scoring.services.deciding.claiming import Subject
from scoring.services.deciding.judging import Judgement, judge_vectors
from scoring.services.features import Vectors, computed_vectors
from scoring.services.file_scoring.staging import Stage
from scoring.services.file_scoring.writing import ScoresFile
from scoring.services.registry import load_estimator

ERRORS_TOLD = 100
SLICE = 5_000
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class FileScores:
    """What scoring a file did; `errors` holds the first hundred of `errors_total`."""

    mapping: str
    model_version: int
    policy_version: int
    out: str
    rows: int = 0
    scored: int = 0
    errors: list[LineError] = field(default_factory=list)
    errors_total: int = 0

    def note(self, errors: Sequence[LineError]) -> None:
        """Count errors, and keep the first ones."""
        self.errors.extend(islice(errors, max(0, ERRORS_TOLD - len(self.errors))))
        self.errors_total += len(errors)


def score_file(
    *,
    path: Path,
    out: Path,
    now: datetime,
    mapping_name: str | None = None,
    model_version: int | None = None,
    policy: int | None = None,
    progress: Progress | None = None,
) -> FileScores:
    """Score the payments in `path` into `out`, which appears complete or not at all.

    Windows see what is stored and all of the file, as if it had been imported: its events and
    known frauds, too. A payment that is stored already is scored as it is stored. The active
    policy decides, or the one of that number, with its own model version or the one of that
    number, of any stage. Where no row can be scored, there is no `out`.

    Raises Problem for files, mappings, policies and models that cannot be used:
    ``policy_without_model``, ``unknown_policy``, ``unknown_version``, ``unknown_file_type``,
    ``unwritable_file``, and those of `mapped_table` and `load_estimator`.
    """
    judging = _policy(policy, model_version)
    version = judging.model_version
    assert version is not None
    load_estimator(version)
    scores = ScoresFile(out, source=path)
    table, mapping = mapped_table(path, mapping_name=mapping_name)
    summary = FileScores(mapping.name, version.number, judging.number, str(out))
    with scores, _nothing_kept():
        stage = Stage()
        _read(table, mapping, stage, summary, now=now, progress=progress)
        stage.show()
        for judgements in _judged(stage, judging, now):
            scores.write([_told(judgement, summary) for judgement in judgements])
            summary.scored += len(judgements)
            if progress:
                half = table.total * summary.scored // stage.places
                progress(table.total + half, 2 * table.total)
        if summary.scored:
            scores.complete()
    return summary


@contextmanager
def _nothing_kept() -> Iterator[None]:
    """A database transaction that is rolled back, whatever happens in it."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _policy(number: int | None, model_version: int | None) -> DecisionPolicy:
    """The policy to judge by, with the model to judge by; the row itself stays as it is."""
    policy = active_policy() if number is None else policy_numbered(number)
    if model_version is not None:
        policy.model_version = version_numbered(model_version)
    if policy.model_version is None:
        message = f"Policy {policy.number} names no model version: say which with --model-version."
        raise Problem("policy_without_model", message)
    return policy


def _read(
    table: Table,
    mapping: Mapping,
    stage: Stage,
    summary: FileScores,
    *,
    now: datetime,
    progress: Progress | None,
) -> None:
    reader = RowReader(
        mapping, table.columns, context=Context(now, data_key()), delay=label_delay(mapping)
    )
    chunks = table.chunks(frozenset(table.columns) - mapping.ignored)
    for chunk, mapped in ahead((chunk, reader.read(chunk)) for chunk in chunks):
        summary.rows += chunk.line_count
        summary.note(mapped.errors)
        summary.note(stage.add(mapped.rows, now=now))
        if progress:
            progress(table.done, 2 * table.total)


def _judged(stage: Stage, policy: DecisionPolicy, now: datetime) -> Iterator[list[Judgement]]:
    """The judgements of all places in their order, slice by slice."""
    version = policy.model_version
    assert version is not None
    estimator, features = load_estimator(version), feature_set_of(version.feature_set)
    for first in range(0, stage.places, SLICE):
        places = stage.subjects(first, SLICE)
        subjects = sorted(set(places), key=lambda subject: subject.transaction_id)
        vectors = _vectors(subjects, features)
        judgements = judge_vectors(subjects, vectors, estimator=estimator, policy=policy, now=now)
        judged = {judgement.subject.transaction_id: judgement for judgement in judgements}
        yield [judged[subject.transaction_id] for subject in places]


def _vectors(subjects: Sequence[Subject], feature_set: FeatureSet) -> Vectors:
    # Tiles know the stored payments only, not those of the file.
    return computed_vectors([s.transaction_id for s in subjects], feature_set, tiles=False)


def _told(judgement: Judgement, summary: FileScores) -> dict[str, Any]:
    return {
        "external_id": judgement.subject.external_id,
        "outcome": judgement.outcome,
        "probability": judgement.probability,
        "margin": judgement.margin,
        "stratum": judgement.stratum,
        "reason_codes": [
            {key: reason[key] for key in REASON_KEYS} for reason in judgement.reason_codes or ()
        ],
        "model_version": summary.model_version,
        "policy_version": summary.policy_version,
        # Rows of the file itself have ids below zero.
        "stored": judgement.subject.transaction_id > 0,
    }
