"""Serves Plotly's script out of its wheel, so that no copy of it is kept here."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

PREFIX = "vendor"
SCRIPT = "plotly.min.js"


class PackageData(FileSystemStorage):
    """The files of a package; collectstatic reads the target folder from `prefix`."""

    prefix = PREFIX


class PlotlyFinder(BaseFinder):
    """Finds `vendor/plotly.min.js`; importing plotly itself would cost every process a second."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        spec = find_spec("plotly")
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError("The charts need the package plotly.")
        self.storage = PackageData(location=Path(spec.origin).parent / "package_data")

    def find(self, path: str, find_all: bool = False) -> Any:
        """Return the path of the file, or an empty list where it is not ours."""
        if path != f"{PREFIX}/{SCRIPT}":
            return []
        found = self.storage.path(SCRIPT)
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        """Yield the one file, as collectstatic and WhiteNoise read it."""
        yield SCRIPT, self.storage
