"""Feature vectors: computed by one SQL statement, stored, and read back as arrays."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from scoring.domain.features import ENTITIES, FeatureSet, features_sql
from scoring.models import FeatureSetVersion
from scoring.selectors.feature_sets import feature_set_of
from scoring.services.prepared import fetch_prepared
from scoring.services.side_by_side import side_by_side

Values = NDArray[np.float32]
# Vectors of history are computed in slices, so that progress shows and memory stays flat.
SLICE = 5000


# Each statement also tells which kinds of entities are hot: the next one reads tiles for these
# and is not planned for others. Values are the same either way.
_HOT_KINDS = (
    "(SELECT COALESCE(array_agg(DISTINCT entity), '{}') FROM scoring_hotentity"
    " WHERE built_at IS NOT NULL)"
)


class _HotKinds:
    """Which kinds of entities were hot when last seen; at first it could be any."""

    def __init__(self) -> None:
        self.seen = frozenset(ENTITIES)


_hot = _HotKinds()


@dataclass(frozen=True, slots=True)
class Vectors:
    """Feature vectors of transactions: ids (n,), values (n, k) in the set's order.

    `computed` of them were missing and made now; the others are those that were stored.
    """

    transaction_ids: NDArray[np.int64]
    values: Values
    snapshot: str = ""
    computed: int = 0


def register_feature_set(*, feature_set: FeatureSet, now: datetime) -> FeatureSetVersion:
    """Return the stored version of a feature set, adding it at first use."""
    version, _ = FeatureSetVersion.objects.get_or_create(
        hash=feature_set.hash,
        defaults={
            "name": feature_set.name,
            "definition": feature_set.definition,
            "created_at": now,
        },
    )
    return version


def store_vectors(
    *, transaction_ids: Sequence[int], feature_set: FeatureSetVersion, batch_id: int | None
) -> Vectors:
    """Compute, store and return the vectors of these transactions, with the snapshot they saw.

    Rows come in ascending order of id. A vector that exists already is kept as it is; so the
    caller passes transactions without one.
    """
    width = len(feature_set_of(feature_set).features)
    if not transaction_ids:
        return _vectors([], width)
    sql = _stored_statement(feature_set_of(feature_set), _hot.seen)
    parameters = {"ids": list(transaction_ids), "set": feature_set.pk, "batch": batch_id}
    return _vectors(fetch_prepared(f"{_planned_for(transaction_ids)}{sql}", parameters), width)


def _planned_for(transaction_ids: Sequence[int]) -> str:
    """Return a remark that makes the server plan anew whenever the history has doubled."""
    return f"/* up to 2^{max(transaction_ids).bit_length()} */ "


def ensure_vectors(
    *,
    transaction_ids: NDArray[np.int64],
    feature_set: FeatureSetVersion,
    progress: Callable[[int], object] | None = None,
) -> Vectors:
    """Return the stored vectors of these transactions, computing those that are missing.

    Each slice is a statement of its own: what is computed stays, whatever happens later. Outside
    of a database transaction two connections compute at the same time.
    """
    slices, computed = [], 0
    parts = _slices(np.unique(transaction_ids))
    for missing, vectors in side_by_side(lambda part: _ensured(part, feature_set), parts):
        computed += missing
        slices.append(vectors)
        if progress:
            progress(len(vectors.transaction_ids))
    joined = _joined(slices, len(feature_set_of(feature_set).features))
    return replace(joined, computed=computed)


def stored_vectors(transaction_ids: Sequence[int], feature_set: FeatureSetVersion) -> Vectors:
    """Return the vectors that are stored for these transactions, in ascending order of id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT transaction_id, array_send(values), '', NULL FROM scoring_featurevector"
            " WHERE feature_set_id = %s AND transaction_id = ANY(%s) ORDER BY transaction_id",
            [feature_set.pk, list(map(int, transaction_ids))],
        )
        return _vectors(cursor.fetchall(), len(feature_set_of(feature_set).features))


def computed_vectors(
    transaction_ids: Sequence[int], feature_set: FeatureSet, *, tiles: bool = True
) -> Vectors:
    """Return the vectors as they are at this moment, in ascending order of id; stores nothing.

    Without `tiles` everything is added up from rows, which gives the same values.
    """
    sql = _read_sql(feature_set, tiled=_hot.seen if tiles else frozenset())
    with connection.cursor() as cursor:
        cursor.execute(sql, {"ids": list(map(int, transaction_ids))})
        return _vectors(cursor.fetchall(), len(feature_set.features))


def recomputed_vectors(
    transaction_ids: Sequence[int], feature_set: FeatureSet, snapshot: str, *, own: str = "0"
) -> Vectors:
    """Return the vectors as the batch with this snapshot must have seen them; stores nothing.

    `own` is the id of the database transaction of that batch, which saw its own payments.
    """
    sql = _read_sql(feature_set, as_of_snapshot=True, tiled=frozenset())
    with connection.cursor() as cursor:
        ids = list(map(int, transaction_ids))
        cursor.execute(sql, {"ids": ids, "snapshot": snapshot, "own": own})
        return _vectors(cursor.fetchall(), len(feature_set.features))


def _ensured(part: NDArray[np.int64], feature_set: FeatureSetVersion) -> tuple[int, Vectors]:
    missing = _store_missing(part, feature_set)
    return missing, stored_vectors(part.tolist(), feature_set)


def _store_missing(transaction_ids: NDArray[np.int64], feature_set: FeatureSetVersion) -> int:
    """Store the vectors that are missing, and return how many that were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(id) FROM unnest(%s::bigint[]) AS id WHERE NOT EXISTS"
            " (SELECT 1 FROM scoring_featurevector v WHERE v.transaction_id = id"
            " AND v.feature_set_id = %s)",
            [transaction_ids.tolist(), feature_set.pk],
        )
        missing = cursor.fetchone()[0] or []
    store_vectors(transaction_ids=missing, feature_set=feature_set, batch_id=None)
    return len(missing)


def _slices(ids: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(ids), SLICE):
        yield ids[start : start + SLICE]


@lru_cache(maxsize=64)
def _read_sql(
    feature_set: FeatureSet, tiled: frozenset[str], *, as_of_snapshot: bool = False
) -> str:
    computed = features_sql(feature_set, as_of_snapshot=as_of_snapshot, tiled=tiled)
    return (
        f"SELECT transaction_id, array_send(values), pg_current_snapshot()::text,"  # noqa: S608
        f" {_HOT_KINDS} FROM ({computed}) computed ORDER BY transaction_id"
    )


@lru_cache(maxsize=64)
def _stored_statement(feature_set: FeatureSet, tiled: frozenset[str]) -> str:
    # One statement, so that the snapshot returned is the one the windows were read with.
    computed = features_sql(feature_set, tiled=tiled)
    return (
        f"WITH computed AS MATERIALIZED ({computed}),"  # noqa: S608
        " stored AS (INSERT INTO scoring_featurevector"
        " (transaction_id, feature_set_id, values, batch_id)"
        " SELECT transaction_id, %(set)s, values, %(batch)s::bigint FROM computed"
        " ORDER BY transaction_id"
        " ON CONFLICT DO NOTHING RETURNING transaction_id, values)"
        " SELECT transaction_id, array_send(values), pg_current_snapshot()::text,"
        f" {_HOT_KINDS} FROM stored ORDER BY transaction_id"
    )


def _vectors(rows: list[tuple[Any, ...]], width: int) -> Vectors:
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    snapshot = rows[0][2] if rows else ""
    if rows and rows[0][3] is not None:
        _hot.seen = frozenset(rows[0][3])
    return Vectors(ids, _decoded([row[1] for row in rows], width), snapshot)


def _decoded(arrays: list[bytes], width: int) -> Values:
    """Read PostgreSQL's binary form of real[]: 20 bytes of head, then length and value each.

    About ten times faster than parsing numbers from text, and exact.
    """
    if not arrays:
        return np.empty((0, width), dtype=np.float32)
    raw = np.frombuffer(b"".join(arrays), dtype=np.uint8).reshape(len(arrays), 20 + 8 * width)
    pairs = np.ascontiguousarray(raw[:, 20:]).view(">f4").reshape(len(arrays), width, 2)
    return pairs[:, :, 1].astype(np.float32)


def _joined(slices: list[Vectors], width: int) -> Vectors:
    if not slices:
        return Vectors(np.empty(0, dtype=np.int64), np.empty((0, width), dtype=np.float32))
    return Vectors(
        np.concatenate([part.transaction_ids for part in slices]),
        np.concatenate([part.values for part in slices]),
    )
