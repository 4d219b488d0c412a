"""What an honest integrator writes down: what was acknowledged, and each answer it got."""

import json
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Record = dict[str, Any]
Answer = dict[str, Any]
# What may never change once it was answered.
LASTING = ("outcome", "probability", "model_version", "policy_version", "degraded", "decided_at")


@dataclass
class Ledger:
    """Shared by all senders; what it holds is what they were told over the wire."""

    acknowledged: dict[str, Record] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    queued: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    served: list[tuple[float, float]] = field(default_factory=list)
    _order: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, records: Iterable[Record], *, queued: bool) -> None:
        """Write down that these were accepted; `queued` if a worker is to decide them."""
        with self._lock:
            for record in records:
                external_id = record["external_id"]
                if external_id not in self.acknowledged:
                    self.acknowledged[external_id] = record
                    self._order.append(external_id)
                    if queued:
                        self.queued.add(external_id)

    def answer(self, answer: Answer) -> None:
        """Write down a decision; complain if it is not the one that was answered before."""
        lasting = {name: answer[name] for name in LASTING}
        with self._lock:
            first = self.answers.setdefault(answer["external_id"], lasting)
        if first != lasting:
            self.complain(f"an answer changed from {first} to {lasting}")

    def complain(self, text: str) -> None:
        """Write down what must never happen."""
        with self._lock:
            self.complaints.append(text)

    def count(self, what: str) -> None:
        """Count what was done."""
        with self._lock:
            self.counts[what] += 1

    def fault(self, what: str) -> None:
        """Count what went wrong and was tried again."""
        with self._lock:
            self.faults[what] += 1

    def serve(self, started: float, ended: float) -> None:
        """Write down when a request was sent that was answered well, in epoch seconds."""
        with self._lock:
            self.served.append((started, ended))

    def recent(self, most: int) -> list[Record]:
        """Return the records that were acknowledged last."""
        with self._lock:
            return [self.acknowledged[external_id] for external_id in self._order[-most:]]

    def save(self, path: Path) -> None:
        """Write everything to a file, for those who check it."""
        path.write_text(
            json.dumps(
                {
                    "acknowledged": list(self.acknowledged),
                    "answers": self.answers,
                    "queued": sorted(self.queued),
                    "counts": self.counts,
                    "faults": self.faults,
                    "complaints": self.complaints,
                    "served": self.served,
                }
            )
        )
