"""Rows that are added and never edited: the database refuses UPDATE, DELETE and TRUNCATE."""

import pgtrigger

APPEND_ONLY: list[pgtrigger.Trigger] = [
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    # Protect cannot cover TRUNCATE, which is a statement and not a row.
    pgtrigger.Trigger(
        name="no_truncate",
        level=pgtrigger.Statement,
        operation=pgtrigger.Truncate,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME;",
    ),
]
