"""What the pages of models show: versions on time, two models on the same rows, the last run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings

from monitoring.domain.promotion import Gate
from monitoring.domain.stages import Bar, Move, Tick, bars, ticks
from monitoring.domain.telling import ToldMeasure, tell_measure
from monitoring.models import TrainingRun
from scoring.domain.lifecycle import ARCHIVED, CANDIDATE, PRODUCTION, ROLLED_BACK
from scoring.models import DecisionPolicy, ModelVersion, StageChange
from scoring.selectors.policies import active_policy
from scoring.selectors.registry import way_back

SHOWN_VERSIONS = 8
SHOWN_CHANGES = 8
NEWS = timedelta(hours=1)
WITHIN_DAYS = timedelta(days=4)
LEAST_SPAN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version on the timeline; `note` says what it is or why it went."""

    version: ModelVersion
    role: str
    bars: list[Bar]
    note: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The challenger beside the champion on the same test payments.

    `left_out` are test payments from which the champion has learned, `weighted` audited blocks that
    stand for others; `slice_measures` are of customers that neither has learned from.
    """

    champion: int
    policy: int
    measures: list[ToldMeasure]
    rows: int
    frauds: int
    start: datetime
    end: datetime
    seen_rows: int
    left_out: int
    weighted: int
    unusable: str
    slice_measures: list[ToldMeasure]
    slice_rows: int
    slice_frauds: int

    @property
    def on_slice(self) -> "Comparison":
        """The same on customers that neither has learned from."""
        return replace(self, measures=self.slice_measures)

    @property
    def failing(self) -> int:
        """In how many measures the challenger is surely worse than allowed."""
        return sum(measure.gate == Gate.FAIL for measure in self.measures)

    @property
    def gates(self) -> str:
        """How many measures pass, fail, or cannot tell: "5 pass, 3 inconclusive"."""
        counts = Counter(measure.gate for measure in self.measures)
        told = [f"{counts[gate]} {gate.replace('_', ' ')}" for gate in Gate if counts[gate]]
        return ", ".join(told)


@dataclass(frozen=True, slots=True)
class ModelsPage:
    """Everything on /models/; `comparison` is None where there is nothing to compare."""

    policy: DecisionPolicy
    champion: ModelVersion | None
    challenger: ModelVersion | None
    comparison: Comparison | None
    back: DecisionPolicy | None
    rows: list[VersionRow]
    ticks: list[Tick]
    versions: int
    changes: list[StageChange]
    run: TrainingRun | None
    now: datetime
    within_days: bool


def models_page(*, now: datetime) -> ModelsPage:
    """Return the page of all models as of now."""
    policy = active_policy()
    champion = policy.model_version
    versions = _newest_versions()
    shown = versions[:SHOWN_VERSIONS]
    challenger = _challenger(versions, champion)
    start = _start(shown, now)
    back = way_back() if champion else None
    return ModelsPage(
        policy=policy,
        champion=champion,
        challenger=challenger,
        comparison=comparison_of(challenger) if challenger else None,
        back=back,
        rows=[_row(version, champion, challenger, back, start, now) for version in shown],
        ticks=ticks(start, now),
        versions=len(versions),
        changes=newest_changes(),
        run=newest_run(now=now),
        now=now,
        within_days=now - start < WITHIN_DAYS,
    )


def newest_run(*, now: datetime) -> TrainingRun | None:
    """Return the newest run, as long as it is news: a success is none after an hour."""
    run = TrainingRun.objects.select_related("model_version", "requested_by", "datasheet").last()
    done = run is not None and run.status == TrainingRun.Status.SUCCEEDED
    old = run is not None and run.finished_at is not None and now - run.finished_at > NEWS
    return None if done and old else run


def comparison_of(version: ModelVersion) -> Comparison | None:
    """Return how a version did beside the champion of its day; None where there was none."""
    champion, test = version.metrics.get("champion"), version.metrics.get("test")
    if not champion or not test:
        return None
    part = version.metrics["dataset"]["parts"]["test"]
    compared, kept = champion.get("test", test), version.metrics.get("slice", {})
    currency = settings.FRAUDREVIEW_BASE_CURRENCY
    return Comparison(
        champion=champion["number"],
        policy=champion["policy"],
        measures=[tell_measure(measure, currency) for measure in champion.get("measures", [])],
        rows=compared["rows"],
        frauds=compared["frauds"],
        start=datetime.fromisoformat(part["from"]),
        end=datetime.fromisoformat(part["until"]),
        seen_rows=champion.get("seen_rows", 0),
        left_out=champion.get("left_out_rows", 0),
        weighted=champion.get("weighted", 0),
        unusable=champion.get("unusable", ""),
        slice_measures=[
            tell_measure(measure, currency) for measure in champion.get("slice_measures", [])
        ],
        slice_rows=kept.get("rows", 0),
        slice_frauds=kept.get("frauds", 0),
    )


def newest_changes(version: ModelVersion | None = None) -> list[StageChange]:
    """Return the newest stage changes, of one version or of all."""
    changes = StageChange.objects.select_related("model_version", "changed_by").order_by("-pk")
    if version is not None:
        changes = changes.filter(model_version=version)
    return list(changes[:SHOWN_CHANGES])


def policies_of(version: ModelVersion) -> list[DecisionPolicy]:
    """Return the policies that bind a version, newest first."""
    return list(version.policies.select_related("created_by").order_by("-number"))


def _newest_versions() -> list[ModelVersion]:
    versions = ModelVersion.objects.select_related("feature_set", "created_by")
    return list(versions.prefetch_related("stage_changes").order_by("-number"))


def _challenger(
    versions: Sequence[ModelVersion], champion: ModelVersion | None
) -> ModelVersion | None:
    """The newest version that could take over: a candidate newer than the one that decides."""
    for version in versions:
        if version == champion:
            return None
        if version.stage == CANDIDATE:
            return version
    return None


def _start(versions: Sequence[ModelVersion], now: datetime) -> datetime:
    moments = [change.changed_at for version in versions for change in _changes(version)]
    return min([now - LEAST_SPAN, *moments])


def _changes(version: ModelVersion) -> list[StageChange]:
    return sorted(version.stage_changes.all(), key=lambda change: change.pk)


def _row(
    version: ModelVersion,
    champion: ModelVersion | None,
    challenger: ModelVersion | None,
    back: DecisionPolicy | None,
    start: datetime,
    now: datetime,
) -> VersionRow:
    changes = _changes(version)
    moves = [Move(change.to_stage, change.changed_at) for change in changes]
    role = {
        PRODUCTION: "champion",
        CANDIDATE: "challenger" if version == challenger else "candidate",
        ARCHIVED: "archived",
        ROLLED_BACK: "rolled back",
    }.get(version.stage, version.stage)
    if back is not None and back.model_version == version:
        role = "way back"
    note = changes[-1].reason if version.stage == ROLLED_BACK and changes else ""
    return VersionRow(version, role, bars(moves, start=start, now=now), note)
