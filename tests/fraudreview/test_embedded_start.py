"""The embedded servers start when they are needed and keep what they were given."""

import json

CONNECT = """
import psycopg
server = ensure_postgres()
connection = psycopg.connect(
    host=server["HOST"], port=server["PORT"], user=server["USER"],
    password=server["PASSWORD"], dbname="fraudreview", autocommit=True,
)
"""


def test_what_was_written_is_there_after_a_restart(installation):
    installation.run(CONNECT + "connection.execute('create table kept as select 7 as number')")
    assert not installation.is_running("postgres")
    installation.run(
        CONNECT + "assert connection.execute('select number from kept').fetchone() == (7,)"
    )


def test_the_role_of_the_product_is_no_superuser_and_can_make_test_databases(installation):
    installation.run(
        CONNECT
        + """
query = "select rolsuper, rolcreatedb from pg_roles where rolname = current_user"
assert connection.execute(query).fetchone() == (False, True)
connection.execute("create database another")
"""
    )


def test_nobody_connects_without_the_password(installation):
    installation.run(
        CONNECT
        + """
for name in ("fraudreview", "postgres"):
    try:
        psycopg.connect(host=server["HOST"], port=server["PORT"], user=name, password="guess")
    except psycopg.OperationalError as error:
        assert "password authentication failed" in str(error), error
    else:
        raise AssertionError(name)
import redis
try:
    redis.Redis.from_url(ensure_redis().replace(":", ":x", 2).replace(":x//", "://")).ping()
except redis.AuthenticationError:
    pass
else:
    raise AssertionError("valkey")
"""
    )


def test_valkey_answers_to_its_address(installation):
    installation.run("import redis\nassert redis.Redis.from_url(ensure_redis()).ping()")


def test_asking_for_an_address_starts_nothing(installation):
    done = installation.command("url")
    assert done.stdout.startswith("DATABASE_URL=postgresql://fraudreview:")
    assert "REDIS_URL=redis://:" in done.stdout
    assert not installation.is_running("postgres") and not installation.is_running("valkey")


def test_the_command_keeps_the_servers_running_until_they_are_stopped(installation):
    for command, running in (("start", True), ("start", True), ("stop", False)):
        assert installation.command(command).returncode == 0
        lines = installation.command("status").stdout.splitlines()
        assert [json.loads(line)["running"] for line in lines] == [running, running]


def test_a_server_that_cannot_start_says_why(installation):
    installation.run("ensure_postgres()")
    data = installation.folder("postgres") / "server" / "data"
    (data / "PG_VERSION").write_text("12\n")
    done = installation.command("start")
    assert done.returncode == 1
    assert "was made by PostgreSQL 12" in done.stderr
    assert "Traceback" not in done.stderr
