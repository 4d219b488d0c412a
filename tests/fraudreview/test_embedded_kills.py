"""Whatever is killed, the next one who needs a server gets it, and nothing is left running."""

import os
import signal
import subprocess

from tests.fraudreview.installations import is_alive, wait_until

RECONNECT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "fraudreview.settings"
import django
django.setup()
from django.db import connection
def ask(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()
with connection.cursor() as cursor:
    cursor.execute("create table kept as select 7 as number")
print("done", flush=True)
sys.stdin.readline()
connection.close()
assert ask("select number from kept") == (7,)
"""


def test_a_killed_user_leaves_nothing_running(installation):
    user = installation.user("ensure_redis()")
    server, keeper = installation.server("valkey"), installation.keeper("valkey")
    installation.kill(user)
    wait_until(lambda: not is_alive(server) and not is_alive(keeper))


def test_a_killed_database_is_started_again_for_those_who_use_it(installation):
    user = installation.user(RECONNECT)
    killed = installation.server("postgres")
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not is_alive(killed))
    user.stdin.write("\n")
    user.stdin.flush()
    assert user.stdout.readline() == "done\n", user.stderr.read()
    installation.end(user)


def test_a_stopped_database_is_started_again_for_those_who_use_it(installation):
    user = installation.user(RECONNECT)
    assert installation.command("stop").returncode == 0
    user.stdin.write("\n")
    user.stdin.flush()
    assert user.stdout.readline() == "done\n", user.stderr.read()
    installation.end(user)


def test_a_killed_keeper_takes_its_server_along_and_the_next_user_gets_a_new_one(installation):
    user = installation.user("ensure_postgres()")
    server = installation.server("postgres")
    os.kill(installation.keeper("postgres"), signal.SIGKILL)
    wait_until(lambda: not is_alive(server))
    installation.kill(user)
    installation.run("ensure_postgres()")
    assert not installation.is_running("postgres")


def test_a_stale_pid_file_that_names_a_living_process_is_no_obstacle(installation):
    installation.run("ensure_postgres()")
    data = installation.folder("postgres") / "server" / "data"
    owner = data.stat()
    stale = data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{data}\n1700000000\n5432\n\n127.0.0.1\n  1 1\nready   \n")
    os.chown(stale, owner.st_uid, owner.st_gid)
    installation.run("ensure_postgres()")
    assert is_alive(os.getpid())


def test_an_initialisation_that_was_cut_off_is_begun_again(installation):
    folder = installation.folder("postgres")
    installation.command("url")  # makes the place and the address
    unfinished = folder / "server" / "data.new"
    installation.run("ensure_postgres()")
    (folder / "server" / "data").rename(unfinished)
    (unfinished / "PG_VERSION").unlink()
    installation.run("ensure_postgres()")
    assert not unfinished.exists()


def test_a_process_that_only_looks_at_the_folder_survives_the_clean_up(installation):
    installation.run("ensure_redis()")
    folder = installation.folder("valkey") / "server"
    onlooker = subprocess.Popen(["/bin/sleep", "60"], cwd=folder)
    try:
        installation.run("ensure_redis()")
        assert is_alive(onlooker.pid)
    finally:
        onlooker.kill()
        onlooker.wait()
