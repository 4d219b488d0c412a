"""What a run shows, as lines to print: kills, times to recover, what the integrator saw."""

import statistics
from collections.abc import Iterable, Iterator, Sequence

from tests.faults.killing import TARGETS, Kill
from tests.faults.stream import Outcome

# A payment that comes this long after a kill may still wait for its end.
AFTERMATH_SECONDS = 5.0
HEAD = (
    f"{'killed -9':16}{'times':>6}  whole again      next answer      |"
    " alone: whole again, next answer, longest wait"
)


def summary(outcome: Outcome) -> Iterator[str]:
    """Yield the table and the totals; times are median and longest, in seconds."""
    waits = _waits(outcome)
    yield HEAD
    for target in TARGETS:
        kills = [kill for kill in outcome.kills if kill.target == target]
        whole = _times([kill.recovered or 0.0 for kill in kills])
        answer = _times([_next_answer(outcome, kill) for kill in kills])
        alone = ", ".join(
            f"{kill.recovered:.2f}, {_next_answer(outcome, kill):.2f},"
            f" {_longest_wait(waits, kill):.2f}"
            for kill in kills
            if kill.alone
        )
        yield f"{target:16}{len(kills):6}  {whole:17}{answer:17}| {alone}"
    yield from _totals(outcome, [decided - received for received, decided in waits])


def _totals(outcome: Outcome, waits: Sequence[float]) -> Iterator[str]:
    ledger = outcome.ledger
    degraded = sum(answer["degraded"] for answer in outcome.stored.values())
    yield (
        f"{len(ledger['acknowledged'])} acknowledged, {len(outcome.stored)} decided"
        f" ({degraded} degraded), {len(ledger['answers'])} answers kept,"
        f" nothing waited {outcome.settled_seconds:.1f} s after the stream"
    )
    yield f"calls of the integrator: {_listed(ledger['counts'])}"
    yield f"tried again after: {_listed(ledger['faults']) or 'nothing'}"
    ended = outcome.installation.supervisor.ended_by_themselves()
    yield f"ended by themselves and were started again: {', '.join(ended) or 'none'}"
    if waits:
        yield f"received to decided by a worker: {_times(waits)}"


def _times(seconds: Iterable[float]) -> str:
    known = list(seconds)
    return f"{statistics.median(known):.2f} ≤ {max(known):.2f}" if known else "—"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


def _next_answer(outcome: Outcome, kill: Kill) -> float:
    """From the kill to the first answer of a request that was sent after it."""
    later = [ended for started, ended in outcome.ledger["served"] if started > kill.at]
    return min(later, default=kill.at) - kill.at


def _waits(outcome: Outcome) -> list[tuple[float, float]]:
    """When each payment for a worker came and was decided, in epoch seconds."""
    with outcome.installation.postgres.connected() as connection:
        rows = connection.execute(
            "SELECT extract(epoch FROM t.received_at)::float,"
            " extract(epoch FROM d.decided_at)::float"
            " FROM scoring_transaction t JOIN scoring_decision d ON d.transaction_id = t.id"
            " WHERE t.external_id = ANY(%s)",
            [outcome.ledger["queued"]],
        )
        return [(received, decided) for received, decided in rows]


def _longest_wait(waits: Sequence[tuple[float, float]], kill: Kill) -> float:
    """The longest that a payment waited of those that the kill can have held up."""
    held_up = (
        decided - received
        for received, decided in waits
        if received < kill.at + AFTERMATH_SECONDS and decided > kill.at
    )
    return max(held_up, default=0.0)
