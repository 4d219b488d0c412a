"""Foreign keys of the deciding path that the database does not check row by row.

Checking them took a third of the time of a batch, and locked the policy's row for each decision.
One service writes all these rows in one database transaction, none is ever deleted alone, and
`manage.py doctor` proves in SQL that each of them leads somewhere.
"""

from typing import TypedDict


class _Unchecked(TypedDict):
    db_constraint: bool
    db_index: bool


UNCHECKED: _Unchecked = {"db_constraint": False, "db_index": False}
