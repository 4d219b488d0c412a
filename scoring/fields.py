"""PostgreSQL types that Django has no field for."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Func


class CurrentTransactionId(Func):
    """The 64-bit id of the running database transaction."""

    template = "pg_current_xact_id()"
    arity = 0


class Xid8Field(models.Field):  # type: ignore[type-arg]
    """A 64-bit database transaction id; read as text, compared with snapshots in SQL only."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8"


class SnapshotField(models.Field):  # type: ignore[type-arg]
    """`pg_snapshot`: which database transactions a query could see; read as text."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "pg_snapshot"


class RealArrayField(models.Field):  # type: ignore[type-arg]
    """`real[]`: 4 bytes a value, the precision at which XGBoost compares anyway."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "real[]"
