"""The mappings that come with the product, and those of users."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from scoring.domain.errors import Problem
from scoring.domain.mapping import (
    DEFAULT_DELAY_DAYS,
    Mapping,
    check_columns,
    fitting_mapping,
    parse_mapping,
)
from scoring.selectors.tables import Table, open_table

SHIPPED = Path(__file__).resolve().parent.parent / "mappings"


def shipped_mappings() -> list[Mapping]:
    """All mappings that come with the product, by name."""
    return [_read(path) for path in sorted(SHIPPED.glob("*.toml"))]


def mapping_named(name: str) -> Mapping:
    """The shipped mapping of that name, or the one in the file of that path.

    Raises Problem: ``unknown_mapping``, ``invalid_mapping``.
    """
    shipped = SHIPPED / f"{name}.toml"
    if name == shipped.stem and shipped.is_file():
        return _read(shipped)
    path = Path(name)
    if not path.is_file():
        known = ", ".join(path.stem for path in sorted(SHIPPED.glob("*.toml")))
        message = f"There is no mapping {name}: it is neither a file nor one of {known}."
        raise Problem("unknown_mapping", message)
    return _read(path)


def mapping_for(columns: Sequence[str], *, name: str | None) -> Mapping:
    """The mapping of that name, or without one the shipped mapping that fits `columns` best.

    Raises Problem: those of `mapping_named`, ``missing_column``, ``no_mapping_fits``.
    """
    if name is None:
        return fitting_mapping(shipped_mappings(), columns)
    mapping = mapping_named(name)
    check_columns(mapping, columns)
    return mapping


def mapped_table(path: Path, *, mapping_name: str | None) -> tuple[Table, Mapping]:
    """The table in `path` and the mapping that it is read with.

    Raises Problem: those of `open_table` and of `mapping_for`.
    """
    table = open_table(path)
    mapping = mapping_for(table.columns, name=mapping_name)
    return (open_table(path, delimiter=mapping.delimiter) if mapping.delimiter else table), mapping


def label_delay(mapping: Mapping, *, days: float | None = None) -> timedelta:
    """After which time a label without a time of its own is known: `days`, or what is usual.

    Raises Problem (``invalid_delay``).
    """
    stated = mapping.labels.delay_days if mapping.labels else None
    chosen = next(d for d in (days, stated, DEFAULT_DELAY_DAYS) if d is not None)
    if not 0 <= chosen <= 3_650:
        raise Problem("invalid_delay", "The label delay must lie between 0 and 3,650 days.")
    return timedelta(days=chosen)


def _read(path: Path) -> Mapping:
    try:
        return parse_mapping(path.read_text(encoding="utf-8"), name=path.stem)
    except (OSError, UnicodeDecodeError) as error:
        raise Problem("invalid_mapping", f"The mapping {path} cannot be read: {error}.") from error
