"""The system account a server runs as: PostgreSQL refuses root, so root starts it as another."""

import errno
import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fraudreview.embedded.errors import EmbeddedError

ROOT = 0


@dataclass(frozen=True)
class Account:
    """A system account; `switch` says that we must become it to run a server."""

    uid: int
    gid: int
    switch: bool

    @property
    def process_arguments(self) -> dict[str, Any]:
        """Return the arguments for `subprocess` that start a process as this account."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a path that we made to this account."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def server_account(var: Path) -> Account:
    """Return who runs the servers of this folder: ourselves, or for root an ordinary account.

    Root prefers the owner of the folder, so that a checkout that belongs to a person stays
    usable by that person; otherwise the account `nobody`.
    """
    if os.geteuid() != ROOT:
        return Account(os.geteuid(), os.getegid(), switch=False)
    owner = var.stat().st_uid
    entry = _known(owner) if owner != ROOT else None
    entry = entry or _named("nobody")
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def _known(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None


def _named(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError as error:
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and this system has no account {name!r}. "
            "Start as an ordinary user, or name a server in DATABASE_URL."
        ) from error


def run_as(
    account: Account, command: Sequence[str | Path], **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a command as the account, from `/`, with a plain environment; return its outcome."""
    try:
        return subprocess.run(  # noqa: S603 (our own binaries)
            [str(part) for part in command],
            cwd=options.pop("cwd", "/"),
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
            **account.process_arguments,
            **options,
        )
    except PermissionError as error:
        if error.errno == errno.EPERM:
            raise EmbeddedError(
                f"Not allowed to start a process as uid {account.uid}. "
                "Start as an ordinary user, or name a server in DATABASE_URL."
            ) from error
        raise
