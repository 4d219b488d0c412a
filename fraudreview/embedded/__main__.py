"""`python -m fraudreview.embedded status|start|stop|url`."""

import argparse
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from fraudreview.embedded import database_url, ensure_postgres, ensure_redis, redis_url
from fraudreview.embedded.addresses import read_address
from fraudreview.embedded.errors import EmbeddedError
from fraudreview.embedded.keeper import READY, leave_session
from fraudreview.embedded.locks import is_held, open_lock, try_lock
from fraudreview.embedded.places import Place, place_of, var_folder
from fraudreview.embedded.servers import SERVICES
from fraudreview.embedded.sharing import stop_keeper


def main() -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m fraudreview.embedded", description=__doc__)
    commands = {"status": status, "start": start, "stop": stop, "url": url}
    parser.add_argument("command", choices=commands)
    try:
        return commands[parser.parse_args().command]()
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


def status() -> int:
    """Print one line of JSON per server."""
    for service in SERVICES:
        print(json.dumps({"service": service, **_state(place_of(service, var_folder()))}))
    return 0


def _state(place: Place) -> dict[str, Any]:
    address = read_address(place.address)
    return {
        "running": is_held(place.keeper_lock) and place.ready.exists(),
        "port": address.port if address else None,
        "folder": str(place.folder),
    }


def start() -> int:
    """Start both servers and leave them running until `stop`."""
    ensure_postgres()
    ensure_redis()
    holder = open_lock(_holder())
    if try_lock(holder, shared=False):
        report = leave_session()
        os.ftruncate(holder, 0)
        os.write(holder, str(os.getpid()).encode())
        os.write(report, READY)
        os.close(report)
        signal.pause()  # our locks keep the servers running until somebody ends us
    return 0


def stop() -> int:
    """Stop both servers, also under those who use them; they start again when needed."""
    if is_held(_holder()):
        with suppress(ValueError, ProcessLookupError):
            os.kill(int(_holder().read_text()), signal.SIGTERM)
    for service in SERVICES:
        stop_keeper(place_of(service, var_folder()))
    return 0


def _holder() -> Path:
    return var_folder() / "embedded" / "holder.lock"


def url() -> int:
    """Print the addresses in the form of the two environment variables."""
    print(f"DATABASE_URL={database_url()}")
    print(f"REDIS_URL={redis_url()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
