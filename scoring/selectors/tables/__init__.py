"""Tables out of files, piece by piece, so that memory stays flat whatever the file's size."""

from scoring.selectors.tables.ahead import ahead
from scoring.selectors.tables.opening import open_table
from scoring.selectors.tables.table import Table

__all__ = ["Table", "ahead", "open_table"]
