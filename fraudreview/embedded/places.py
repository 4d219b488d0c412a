"""The folders of the embedded servers, made without touching the permissions of any other."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from fraudreview.embedded.accounts import Account, run_as, server_account
from fraudreview.embedded.errors import EmbeddedError

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """The folder through which processes share one server: its locks, its address, its log."""

    folder: Path
    account: Account

    @property
    def address(self) -> Path:
        """Return the file with port and password."""
        return self.folder / "address.json"

    @property
    def users_lock(self) -> Path:
        """Return the file that everyone who uses the server holds shared."""
        return self.folder / "users.lock"

    @property
    def starter_lock(self) -> Path:
        """Return the file that is held while the server is being started."""
        return self.folder / "starter.lock"

    @property
    def keeper_lock(self) -> Path:
        """Return the file that the server's keeper holds for as long as it lives."""
        return self.folder / "keeper.lock"

    @property
    def ready(self) -> Path:
        """Return the file that exists while the server answers; it holds the keeper's pid."""
        return self.folder / "ready"

    @property
    def log(self) -> Path:
        """Return the file that the server writes its messages to."""
        return self.folder / "log.txt"

    def own(self) -> None:
        """Leave what we made here to the owner of the folder, so that root locks nobody out."""
        if os.geteuid() != 0:
            return
        owner = self.folder.parent.parent.stat()
        for path in (self.folder.parent, self.folder, *self.folder.iterdir()):
            if path.is_file() or path in (self.folder, self.folder.parent):
                os.chown(path, owner.st_uid, owner.st_gid)


def var_folder(base_dir: Path = CHECKOUT) -> Path:
    """Return the folder for everything that is written at run time."""
    return Path(os.environ.get("FRAUDREVIEW_VAR") or base_dir / "var").absolute()


def state_folder() -> Path:
    """Return the system's folder for what root's servers cannot keep in `var`."""
    return Path(os.environ.get("FRAUDREVIEW_STATE") or "/var/lib/fraudreview")


def make_folder(path: Path, mode: int) -> Path:
    """Make the folder with exactly this mode; one that exists stays as it is."""
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        return path
    except OSError as error:
        raise EmbeddedError(
            f"Cannot make {path} ({error.strerror}). Set FRAUDREVIEW_VAR to a folder of your own."
        ) from error
    path.chmod(mode)
    return path


def place_of(service: str, var: Path) -> Place:
    """Return the place of a service under the folder `var`, made where it is missing."""
    make_folder(var, 0o755)
    account = server_account(var)
    mode = 0o711 if account.switch else 0o700
    return Place(make_folder(make_folder(var / "embedded", mode) / service, mode), account)


def server_folder(place: Place, token: str) -> Path:
    """Return the server's own folder, in `var` if its account can work there.

    A folder that belongs to another token is what a deleted `var` left behind, and is removed.
    """
    near = place.folder / "server"
    if _belongs(near, token):
        return near
    far = state_folder() / _fingerprint(place.folder)
    if _belongs(far, token):
        return far
    return _claimed(near, token, place.account) or _elsewhere(far, token, place.account)


def _belongs(folder: Path, token: str) -> bool:
    mark = folder / "token"
    return mark.exists() and mark.read_text() == token


def _fingerprint(folder: Path) -> str:
    return f"{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


def _claimed(folder: Path, token: str, account: Account) -> Path | None:
    """Make the folder for the account, or return None where the account cannot work in it."""
    if folder.exists():
        shutil.rmtree(folder)
    make_folder(folder, 0o700)
    account.own(folder)
    mark = folder / "token"
    mark.write_text(token)
    account.own(mark)
    probe = run_as(
        account, ["/bin/sh", "-c", 'cd "$0" && [ -O . ] && : > probe && rm probe', folder]
    )
    if probe.returncode == 0:
        return folder
    shutil.rmtree(folder)
    return None


def _elsewhere(folder: Path, token: str, account: Account) -> Path:
    if not account.switch:
        raise EmbeddedError(
            f"Cannot work in {folder}. Set FRAUDREVIEW_VAR to a folder of your own."
        )
    make_folder(folder.parent, 0o755)
    claimed = _claimed(folder, token, account)
    if claimed is None:
        raise EmbeddedError(
            f"uid {account.uid} cannot work in {folder}. Start as an ordinary user, "
            "or set DATABASE_URL and REDIS_URL."
        )
    return claimed
