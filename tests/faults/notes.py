"""Numbers that two processes tell each other through a file."""

from pathlib import Path


def write(path: Path, text: str) -> None:
    """Write the file so that a reader sees the old text or the new one."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


def read(path: Path) -> str:
    """Return the text, "0" where there is none yet."""
    return path.read_text() if path.exists() else "0"
