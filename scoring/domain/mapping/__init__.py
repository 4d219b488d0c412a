"""Mappings: how the columns of any table become transactions with their answers."""

from scoring.domain.mapping.definition import DEFAULT_DELAY_DAYS, Mapping
from scoring.domain.mapping.fitting import check_columns, fitting_mapping
from scoring.domain.mapping.labels import GivenLabel
from scoring.domain.mapping.parsing import parse_mapping
from scoring.domain.mapping.rows import Chunk, LineError, MappedChunk, MappedRow, RowReader

__all__ = [
    "DEFAULT_DELAY_DAYS",
    "Chunk",
    "GivenLabel",
    "LineError",
    "MappedChunk",
    "MappedRow",
    "Mapping",
    "RowReader",
    "check_columns",
    "fitting_mapping",
    "parse_mapping",
]
