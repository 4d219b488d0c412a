"""The peers' environments: made once, beside ours, from the lists in `requirements`."""

import json
import subprocess
import sys
from pathlib import Path

from bench.installation import FOLDER, ROOT

LISTS = ROOT / "bench" / "peers" / "requirements"
PEERS = ("fastapi", "bentoml", "mlflow")
# What the results name, where a peer has it.
TOLD = ("fastapi", "bentoml", "mlflow", "uvicorn", "uvloop", "httptools", "xgboost-cpu", "numpy")


def python_of(peer: str, environments: Path | None = None) -> Path:
    """Return the peer's interpreter, after making its environment where there is none."""
    home = (environments or FOLDER / "venvs") / peer
    python, done = home / "bin" / "python", home / "complete"
    if not done.exists():
        print(f"installing {peer} …", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--requirement", LISTS / f"{peer}.txt"], check=True)
        done.touch()
    return python


def versions_of(peer: str, environments: Path | None = None) -> dict[str, str]:
    """Return the versions of the packages that decide how fast the peer is."""
    listing = subprocess.run(
        [python_of(peer, environments), "-m", "pip", "list", "--format=json"],
        check=True,
        capture_output=True,
    )
    found = {entry["name"]: entry["version"] for entry in json.loads(listing.stdout)}
    return {name: found[name] for name in TOLD if name in found}
