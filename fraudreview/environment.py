"""Settings from the environment: read strictly, refused with the name of the variable."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def boolean(name: str, default: bool) -> bool:
    """Return True for 1/true/yes, False for 0/false/no; anything else is refused."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes"}:
        return True
    if text in {"0", "false", "no"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {text!r}.")


def integer(name: str, default: int) -> int:
    """Return the whole number in the variable, or the default where it is unset."""
    text = os.environ.get(name, "").strip()
    try:
        return int(text) if text else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from None


def share(name: str) -> float | None:
    """Return the share in [0, 1] in the variable, or None where it is unset."""
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise ImproperlyConfigured(f"{name} must be a share between 0 and 1, not {text!r}.")
    return number


def share_or(name: str, default: float) -> float:
    """Return the share in [0, 1] in the variable, or the default where it is unset."""
    told = share(name)
    return default if told is None else told


def words(name: str, default: list[str]) -> list[str]:
    """Return the comma-separated parts of the variable."""
    text = os.environ.get(name, "").strip()
    return [part.strip() for part in text.split(",") if part.strip()] if text else default


def secret(name: str, kept_in: Path | None) -> str:
    """Return the secret of the variable, or of the file that NAME_FILE names.

    Where neither is set, `kept_in` holds one made at first use: fine for a laptop, refused
    (None) where a real database is configured.
    """
    if value := os.environ.get(name, "").strip():
        return value
    if path := os.environ.get(f"{name}_FILE", "").strip():
        return Path(path).read_text().strip()
    if kept_in is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE): 50 random characters or more.")
    return _made_once(kept_in)


def _made_once(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(secrets.token_urlsafe(60))
        draft.chmod(0o600)
        # Two processes may start at once: the first link wins, both read the same secret.
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
