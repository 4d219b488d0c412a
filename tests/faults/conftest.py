"""A whole installation that is killed at random while an integrator sends payments."""

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.stream import Outcome, Size, run_stream
from tests.faults.summary import summary


@pytest.fixture(scope="module")
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """A function that prints a line although the test's own output is captured."""
    reporter = request.config.pluginmanager.getplugin("terminalreporter")
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def written(line: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(line)

    return written


@pytest.fixture(scope="module")
def outcome(request: pytest.FixtureRequest, say: Callable[[str], None]) -> Iterator[Outcome]:
    """What is left after the stream, the last kill and the last restart."""
    seed = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(2**32))
    size = Size(
        kills=int(os.environ.get("FAULT_KILLS", "3")),
        payments=int(os.environ.get("FAULT_PAYMENTS", "2000")),
        seed=seed,
    )
    say(f"{size.payments} payments, {size.kills} kills of each target, FAULT_SEED={seed}")
    # pytest's own folder is closed to other accounts, and root's PostgreSQL runs as another one.
    folder = Path(tempfile.mkdtemp(prefix="fraudreview-faults-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        # A commit that was acknowledged must survive as in production.
        patch.setenv("FRAUDREVIEW_EMBEDDED_DURABLE", "1")
        patch.setenv("FRAUDREVIEW_STATE", str(folder / "state"))
        with run_stream(folder, size) as left:
            for line in summary(left):
                say(line)
            yield left
    if request.session.testsfailed or os.environ.get("FAULT_KEEP"):
        say(f"logs and data are kept in {folder}")
    else:
        shutil.rmtree(folder)
