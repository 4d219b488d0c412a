"""How large, how long and against what: the sizes of one run."""

from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """The sizes of a run. The defaults are those of the published results."""

    seed: int = 3
    history_rows: int = 100_000
    long_history_rows: int = 5_000_000
    pipeline_rows: int = 200_000
    growth_rows: int = 20_000
    rounds: int = 3
    warm_up_seconds: float = 2.0
    seconds: float = 6.0
    open_seconds: float = 12.0
    latency_rate: float = 200.0
    latency_seconds: float = 60.0
    desk_cases: int = 100_000
    desk_reviewers: int = 50
    desk_seconds: float = 60.0
    judged_rows: int = 1_000_000
    # Two cores: one process takes in while two decide, and PostgreSQL works for all of them.
    web_processes: int = 1
    worker_processes: int = 2
    senders: int = 2
    connections: tuple[int, ...] = (4, 16, 64)
    workers: tuple[int, ...] = (1, 2)
    server: str = "gunicorn"
    threads: int = 24
    batch_size: int | None = None
    environments: Path | None = None
    only_ours: bool = False

    def quick(self) -> "Options":
        """Return sizes for a smoke run: every step, no number worth keeping."""
        return replace(
            self,
            history_rows=min(self.history_rows, 10_000),
            long_history_rows=min(self.long_history_rows, 40_000),
            pipeline_rows=min(self.pipeline_rows, 5_000),
            growth_rows=min(self.growth_rows, 2_000),
            rounds=1,
            warm_up_seconds=0.5,
            seconds=1.5,
            open_seconds=2.0,
            latency_seconds=5.0,
            desk_cases=min(self.desk_cases, 1_000),
            desk_seconds=10.0,
            judged_rows=min(self.judged_rows, 20_000),
            connections=(4, 16),
            workers=(1,),
        )
