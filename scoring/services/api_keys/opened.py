"""Keys that were right a moment ago, so that most calls need not ask the database."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from scoring.models import ApiKey

# How long a process may go on with what it knows of a key: the bound of every revocation.
LIFETIME = timedelta(seconds=5)
MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class _Opened:
    key: ApiKey
    since: datetime


class OpenedKeys:
    """Rows of right keys by the SHA-256 of what was presented; wrong ones are never kept."""

    def __init__(self, *, lifetime: timedelta = LIFETIME, most: int = MOST_KEPT) -> None:
        self._lifetime = lifetime
        self._most = most
        self._kept: OrderedDict[bytes, _Opened] = OrderedDict()
        self._lock = threading.Lock()
        self._changes = 0

    @property
    def changes(self) -> int:
        """How often something was forgotten: ask before reading a row that will be kept."""
        return self._changes

    def find(self, presented: str, *, now: datetime) -> ApiKey | None:
        """Return the key that this opened within the lifetime, else None."""
        digest = _digest(presented)
        with self._lock:
            opened = self._kept.get(digest)
            if opened is None:
                return None
            # A clock that was set back must not lengthen anything.
            if timedelta(0) <= now - opened.since < self._lifetime:
                return opened.key
            del self._kept[digest]
            return None

    def keep(self, presented: str, key: ApiKey, *, now: datetime, changes: int) -> None:
        """Keep a row that was read when there were so many `changes`.

        Not where something was forgotten since: the row may be older than its revocation.
        """
        with self._lock:
            if changes != self._changes:
                return
            self._kept[_digest(presented)] = _Opened(key, now)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def forget(self, key_id: int) -> None:
        """Ask the database again for this key, at once and after the commit."""
        self._forget(key_id)
        transaction.on_commit(lambda: self._forget(key_id))

    def _forget(self, key_id: int) -> None:
        with self._lock:
            self._changes += 1
            for digest in [d for d, opened in self._kept.items() if opened.key.pk == key_id]:
                del self._kept[digest]

    def __len__(self) -> int:
        return len(self._kept)


def _digest(presented: str) -> bytes:
    return hashlib.sha256(presented.encode()).digest()


opened_keys = OpenedKeys()
