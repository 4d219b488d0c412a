"""The version of the program, read from the changelog so that it is written down once."""

import re
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parent.parent / "CHANGELOG.md"


def read_version(text: str) -> str:
    """Return the first version of a changelog; ValueError where it names none.

    >>> read_version("# Changelog\\n\\n## 1.2.0\\n\\n- Faster.\\n\\n## 1.1.0\\n")
    '1.2.0'
    """
    found = re.search(r"^## (\d+\.\d+\.\d+)\b", text, flags=re.MULTILINE)
    if found is None:
        raise ValueError("The changelog names no version.")
    return found.group(1)


VERSION = read_version(CHANGELOG.read_text())
