"""Which mapping fits a table, and what a table lacks."""

from collections.abc import Iterable, Sequence

from scoring.domain.errors import Problem
from scoring.domain.mapping.definition import Mapping

SHOWN = 40


def check_columns(mapping: Mapping, columns: Sequence[str]) -> None:
    """Raise Problem (``missing_column``) unless the table has all columns that are needed."""
    present = set(columns)
    for column in mapping.required_columns():
        if column not in present:
            message = (
                f"The mapping {mapping.name} needs the column {column}, which the file does not"
                f" have. Its columns: {listed(columns)}."
            )
            raise Problem("missing_column", message)


def fitting_mapping(mappings: Iterable[Mapping], columns: Sequence[str]) -> Mapping:
    """The mapping that uses most of the table's columns among those that lack none.

    Raises Problem (``no_mapping_fits``) where each lacks something.
    """
    present = set(columns)
    fitting = [each for each in mappings if present.issuperset(each.required_columns())]
    if not fitting:
        message = (
            "No shipped mapping fits this file; name one with --mapping."
            f" Its columns: {listed(columns)}."
        )
        raise Problem("no_mapping_fits", message)
    return max(fitting, key=lambda each: len(each.used_columns() & present))


def listed(columns: Sequence[str]) -> str:
    """The columns in one line, the first forty of them."""
    # Names may hold bytes that are no text, which no terminal could print.
    printable = (column[:60].encode("utf-8", "replace").decode() for column in columns[:SHOWN])
    shown = ", ".join(printable)
    return f"{shown} and {len(columns) - SHOWN} more" if len(columns) > SHOWN else shown
