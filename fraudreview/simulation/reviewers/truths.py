"""What was true of simulated payments, in a file that grows while the world goes on."""

from collections.abc import Iterable, Mapping
from pathlib import Path


def add_truths(path: Path, truths: Iterable[tuple[str, bool]]) -> None:
    """Append payments with whether they are fraud, one a line."""
    with path.open("a") as file:
        file.writelines(f"{external_id},{int(fraud)}\n" for external_id, fraud in truths)


def read_truths(path: Path) -> Mapping[str, bool]:
    """Return what the file says by external id; a line that is still being written is left out.

    Raises FileNotFoundError, and ValueError with the line that is none.
    """
    truths: dict[str, bool] = {}
    for line in path.read_text().splitlines(keepends=True):
        external_id, _, fraud = line.rstrip("\n").rpartition(",")
        if not line.endswith("\n"):
            break
        if not external_id or fraud not in ("0", "1"):
            raise ValueError(
                f"{path} has the line {line.rstrip()!r}; it must be external_id,0 or 1"
            )
        truths[external_id] = fraud == "1"
    return truths
