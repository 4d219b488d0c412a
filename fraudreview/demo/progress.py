"""Progress on the error stream: bars in a terminal, one line a stage elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from tqdm import tqdm


@contextmanager
def stage(title: str, total: int | None = None) -> Iterator["tqdm[NoReturn]"]:
    """Show a stage with a bar of `total` steps; without a total it only says how long it took."""
    began = time.monotonic()
    bar = "{desc:<34} {bar:24} {n_fmt}/{total_fmt}" if total else "{desc:<34} {elapsed}"
    with tqdm(
        desc=title, total=total, file=sys.stderr, bar_format=bar, leave=False, disable=None
    ) as shown:
        yield shown
    print(f"  {title:<34} {time.monotonic() - began:5.1f} s", file=sys.stderr, flush=True)
