"""What a person sees while it runs; the results go elsewhere."""

import sys
import time

_started = time.monotonic()


def say(line: str) -> None:
    """Print a line with the seconds since the start to the error output."""
    print(f"{time.monotonic() - _started:7.1f} s  {line}", file=sys.stderr, flush=True)
