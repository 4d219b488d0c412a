"""The progress of a run, written as it happens, in statements of their own."""

from collections.abc import Callable
from datetime import datetime, timedelta

from monitoring.models import TrainingRun
from scoring.domain.errors import Conflict

Clock = Callable[[], datetime]
Watch = Callable[[str, float], object]
PAUSE = timedelta(milliseconds=500)


class Progress:
    """Writes step, share and heartbeat of one running run, at most twice a second.

    Raises `Conflict` (`training_stopped`) where the run is no longer ours to run.
    """

    def __init__(self, training_run: TrainingRun, clock: Clock, watch: Watch | None = None) -> None:
        self._run = training_run
        self._clock = clock
        self._watch = watch
        self._written: datetime | None = None

    def step(self, words: str, share: float) -> None:
        """Start a step at this share of the whole, in [0, 1]."""
        self._write(words, share)

    def counter(self, words: str, start: float, end: float, total: int) -> Callable[[int], None]:
        """A function that adds to a count and shows it as "words: 12,000 of 90,000"."""
        done = 0

        def add(number: int) -> None:
            nonlocal done
            done += number
            share = start + (end - start) * min(done / max(total, 1), 1.0)
            if self._due():
                self._write(f"{words}: {min(done, total):,} of {total:,}", share)

        self._write(words, start)
        return add

    def _due(self) -> bool:
        return self._written is None or self._clock() - self._written >= PAUSE

    def _write(self, words: str, share: float) -> None:
        self._written = self._clock()
        running = TrainingRun.objects.filter(pk=self._run.pk, status=TrainingRun.Status.RUNNING)
        if not running.update(step=words, progress=share, heartbeat_at=self._written):
            raise Conflict("training_stopped", "The run was given up while it ran.")
        if self._watch:
            self._watch(words, share)
