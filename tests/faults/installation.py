"""The processes of an installation under a supervisor: servers, web, worker, beat."""

import os
import secrets
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.faults.servers import OwnPostgres, OwnValkey
from tests.faults.supervisor import Service, Supervisor
from tests.processes import ROOT, free_port

WEB_CHILDREN = WORKER_CHILDREN = 2


class Installation:
    """Everything that runs, on ports and in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = OwnPostgres(folder / "var")
        self.valkey = OwnValkey(folder / "var")
        self.port = free_port()
        self.supervisor = Supervisor()
        self.begins: dict[str, int] = {}
        self.environment = {
            **os.environ,
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "FRAUDREVIEW_VAR": str(folder / "var"),
            "FRAUDREVIEW_SECRET_KEY": secrets.token_urlsafe(60),
            "FRAUDREVIEW_DATA_KEY": secrets.token_urlsafe(60),
            "FRAUDREVIEW_MODELS": str(folder / "models"),
            "FRAUDREVIEW_STATIC": str(folder / "static"),
            "FRAUDREVIEW_HOSTS": "127.0.0.1",
            "FRAUDREVIEW_TLS": "0",
            "FRAUDREVIEW_DEBUG": "0",
            # Small batches, so that a random moment falls into one.
            "FRAUDREVIEW_BATCH_SIZE": "50",
        }
        for service in self._services():
            self.supervisor.add(service)

    def _services(self) -> list[Service]:
        celery = ("-m", "celery", "-A", "fraudreview")
        return [
            Service(
                "postgres",
                self.postgres.start,
                lambda _: self.postgres.answers(),
                owns_group=False,
            ),
            Service("valkey", self.valkey.start, self.valkey.answers_as, owns_group=False),
            Service(
                "web",
                lambda: self._python(
                    "web", "-m", "gunicorn", "fraudreview.wsgi", "--no-control-socket",
                    "-b", f"127.0.0.1:{self.port}", "-w", str(WEB_CHILDREN),
                    "--threads", "8", "--preload",
                    "--config", "python:fraudreview.web_processes",
                ),
                lambda _: self._web_answers(),
                children_needed=WEB_CHILDREN,
            ),
            Service(
                "worker",
                lambda: self._python(
                    "worker", *celery, "worker", "-Q", "scoring,default",
                    "-c", str(WORKER_CHILDREN), "-l", "INFO",
                    "--without-gossip", "--without-mingle",
                ),
                lambda _: "ready." in self._said("worker"),
                children_needed=WORKER_CHILDREN,
            ),
            Service(
                "beat",
                lambda: self._python(
                    "beat", *celery, "beat", "-s", str(self.folder / "beat"), "-l", "INFO",
                ),
                lambda _: "beat: Starting" in self._said("beat"),
            ),
        ]  # fmt: skip

    def prepare(self) -> str:
        """Start everything on a migrated database with a model; return the integrator's secret."""
        self.supervisor.start("postgres")
        self.supervisor.start("valkey")
        secret = self.ask("-m", "tests.faults.prepare").splitlines()[-1]
        for name in ("web", "worker", "beat"):
            self.supervisor.start(name)
        return secret

    def ask(self, *arguments: str, fails: bool = False) -> str:
        """Run a Python process to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode and not (fails and done.stdout):
            raise AssertionError(f"{arguments} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def integrator(self) -> "subprocess.Popen[bytes]":
        """Start the one who sends."""
        return self._python("integrator", "-m", "tests.faults.integrator", str(self.folder))

    def log(self, name: str) -> str:
        """Return what a service said, over all its lives."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _said(self, name: str) -> str:
        """Return what a service said in its present life."""
        said = (self.folder / f"{name}.log").read_bytes()[self.begins[name] :]
        return said.decode(errors="replace")

    def _python(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.log").open("ab") as log:
            self.begins[name] = log.tell()
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE if name == "integrator" else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _web_answers(self) -> bool:
        try:
            address = f"http://127.0.0.1:{self.port}/healthz"
            with urllib.request.urlopen(address, timeout=1) as response:
                return bool(response.status == 200)
        except OSError:
            return False
