"""Do references that the database does not check lead somewhere? Proven in SQL, all of them."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Field, ForeignKey
from psycopg import sql

_LOST = sql.SQL(
    "SELECT {name}, count(*) FROM {table} WHERE {column} IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM {target} AS target WHERE target.{key} = {table}.{column})"
)


def lost_references() -> dict[str, int]:
    """Return how many rows refer to nothing, by model and field; an empty dict where none does.

    Reads every table of the deciding path once: seconds for millions of rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(map(_counting, unchecked_references())))
        return {name: count for name, count in cursor.fetchall() if count}


def unchecked_references() -> list["Field[Any, Any]"]:
    """Return the fields of scoring that refer to a row without a constraint in the database."""
    return list(_unchecked())


def _unchecked() -> Iterator["Field[Any, Any]"]:
    for model in apps.get_app_config("scoring").get_models():
        for field in model._meta.concrete_fields:
            # The type stubs do not know this attribute.
            if isinstance(field, ForeignKey) and not vars(field)["db_constraint"]:
                yield field


def _counting(field: Any) -> sql.Composed:
    return _LOST.format(
        name=sql.Literal(f"{field.model.__name__}.{field.name}"),
        table=sql.Identifier(field.model._meta.db_table),
        column=sql.Identifier(field.column),
        target=sql.Identifier(field.related_model._meta.db_table),
        key=sql.Identifier(field.related_model._meta.pk.column),
    )
