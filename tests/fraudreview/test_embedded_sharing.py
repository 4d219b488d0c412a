"""Whoever needs a server shares it; the last one stops it."""

from tests.fraudreview.installations import is_alive, wait_until


def test_two_processes_use_one_server_and_the_last_one_stops_it(installation):
    first = installation.user("ensure_redis()")
    server = installation.server("valkey")
    second = installation.user("ensure_redis()")
    assert installation.server("valkey") == server
    installation.end(first)
    assert is_alive(server)
    installation.end(second)
    assert not is_alive(server) and not installation.is_running("valkey")


def test_many_that_start_at_once_get_one_server(installation):
    installation.run(
        """
import subprocess
code = "from fraudreview.embedded import ensure_redis; print(ensure_redis()); input()"
processes = [
    subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, text=True)
    for _ in range(4)
]
addresses = {process.stdout.readline() for process in processes}
assert len(addresses) == 1 and addresses != {""}, addresses
for process in processes:
    process.communicate("\\n")
"""
    )


def test_a_forked_child_keeps_the_server_after_its_parent_ended(installation):
    parent = installation.user(
        """
import os
ensure_redis()
if os.fork() == 0:
    sys.stdout = open(os.devnull, "w")
    os.close(1), os.close(2)
    with open(os.environ["FRAUDREVIEW_VAR"] + "/stay", "w") as file:
        file.write(str(os.getpid()))
    while os.path.exists(os.environ["FRAUDREVIEW_VAR"] + "/stay"):
        time.sleep(0.02)
    os._exit(0)
"""
    )
    stay = installation.var / "stay"
    wait_until(lambda: stay.exists() and stay.read_text())
    server = installation.server("valkey")
    installation.end(parent)
    assert is_alive(server)
    stay.unlink()
    wait_until(lambda: not is_alive(server))


def test_two_installations_run_side_by_side(make_installation):
    one, other = make_installation(), make_installation()
    user_of_one = one.user("ensure_redis()")
    user_of_other = other.user("ensure_redis()")
    assert one.address("valkey")["port"] != other.address("valkey")["port"]
    assert one.address("valkey")["password"] != other.address("valkey")["password"]
    one.end(user_of_one)
    assert is_alive(other.server("valkey"))
    other.end(user_of_other)


def test_a_port_that_somebody_else_took_meanwhile_is_replaced(installation):
    installation.run("ensure_redis()")
    port = installation.address("valkey")["port"]
    installation.run(
        f"""
import socket
other = socket.create_server(("127.0.0.1", {port}))
import redis
url = ensure_redis()
assert ":{port}/" not in url, url
assert redis.Redis.from_url(url).ping()
"""
    )
