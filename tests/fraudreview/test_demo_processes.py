"""What the demo starts ends with it, whatever ends it."""

import signal
import subprocess
import sys
from pathlib import Path

from fraudreview.demo.processes import Processes
from tests.fraudreview.installations import is_alive, wait_until

CHILD = "import subprocess, sys, time; p = subprocess.Popen(['/bin/sleep', '600'])"
FAMILY = f"{CHILD}; print(p.pid, flush=True); time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + FAMILY

PARENT = """
import sys, time
from pathlib import Path
from fraudreview.demo.processes import Processes
processes = Processes(Path(sys.argv[1]))
processes.start("child", ["-c", "import time; time.sleep(600)"])
print(processes.running["child"].pid, flush=True)
time.sleep(600)
"""


def grandchild(processes: Processes) -> int:
    return int(wait_until(lambda: processes.log("family").read_text().strip()))


def test_stopping_ends_children_and_their_children(tmp_path):
    processes = Processes(tmp_path)
    processes.start("family", ["-c", FAMILY])
    pids = [processes.running["family"].pid, grandchild(processes)]
    assert processes.ended() is None
    processes.stop()
    wait_until(lambda: not any(map(is_alive, pids)))


def test_a_process_that_does_not_listen_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("fraudreview.demo.processes.STOP_SECONDS", 0.2)
    processes = Processes(tmp_path)
    processes.start("family", ["-c", DEAF])
    pids = [processes.running["family"].pid, grandchild(processes)]
    processes.stop()
    wait_until(lambda: not any(map(is_alive, pids)))


def test_a_process_that_ended_by_itself_is_named(tmp_path):
    processes = Processes(tmp_path)
    processes.start("short", ["-c", "print('bye')"])
    assert wait_until(processes.ended) == "short"
    assert processes.log("short").read_text() == "bye\n"


def test_killing_the_parent_ends_its_children(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not is_alive(child))
