"""Python's search for garbage, which costs most where there is none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search_for_garbage() -> Iterator[None]:
    """Search for none meanwhile, and afterwards never among what is there then.

    For work that makes many objects once, at the start of a process: migrations render every model
    hundreds of times, and looking through all that again and again is a fifth of what they cost.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()
