"""Starting the peers and saying how each wants to be asked."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.installation import FOLDER, HOST
from bench.peers.environments import python_of
from bench.processes import free_port, running, wait_for_http
from bench.requests import SHAPES

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Target:
    """A server under load: its process, its port, and what it is sent."""

    name: str
    pid: int
    port: int
    requests: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Material:
    """What all peers share: the booster, the vectors, the names of the features."""

    booster: Path
    vectors: Path
    names: tuple[str, ...]
    environments: Path | None


PATHS = {"fastapi": "/score", "bentoml": "/score", "mlflow": "/invocations"}
WORDS = {"fastapi": "fields", "bentoml": "wrapped", "mlflow": "split"}


@contextmanager
def peer(name: str, material: Material, *, workers: int) -> Iterator[Target]:
    """Run a peer with so many worker processes."""
    python, port = python_of(name, material.environments), free_port()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("DJANGO")},
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "OMP_NUM_THREADS": "1",
        "PEER_MODEL": str(material.booster),
        "PEER_FEATURES": ",".join(material.names),
        "PEER_WORKERS": str(workers),
        "BENTOML_DO_NOT_TRACK": "True",
        "BENTOML_HOME": str(FOLDER / "bentoml"),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "PYTHONPATH": "",
    }
    command = _command(name, python, port, workers, environment)
    with running(name, command, environment, cwd=HERE) as process:
        body = SHAPES[WORDS[name]](list(material.names), np.load(material.vectors)[0].tolist())
        wait_for_http(process, name, port, PATHS[name], json.dumps(body).encode())
        yield Target(name, process.pid, port, _requests(name, material))


def _command(
    name: str, python: Path, port: int, workers: int, environment: dict[str, str]
) -> list[str | Path]:
    listen = ("--host", HOST, "--port", str(port))
    uvicorn: list[str | Path] = [
        python,
        "-m",
        "uvicorn",
        *listen,
        "--workers",
        str(workers),
        "--no-access-log",
    ]
    uvicorn += ["--loop", "uvloop", "--http", "httptools"]
    if name == "fastapi":
        return [*uvicorn, "fastapi_app:app"]
    if name == "bentoml":
        return [python, "-m", "bentoml", "serve", "bentoml_service:Scorer", *listen]
    model = FOLDER / "mlflow-model"
    subprocess.run([python, HERE / "mlflow_model.py", model], env=environment, check=True)
    # What `mlflow models serve --env-manager local` runs, without its access log.
    environment["__pyfunc_model_path__"] = str(model)
    return [*uvicorn, "mlflow.pyfunc.scoring_server.app:app"]


def _requests(name: str, material: Material) -> dict[str, Any]:
    return {
        "shape": "vectors",
        "words": WORDS[name],
        "vectors": str(material.vectors),
        "names": list(material.names),
        "path": PATHS[name],
    }
