"""Keys for programs: made once, shown once, checked at each call, replaced with an overlap."""

from scoring.services.api_keys.making import check_api_key, create_api_key, limit_api_key
from scoring.services.api_keys.replacing import (
    OVERLAP,
    check_overlap,
    replace_api_key,
    revoke_api_key,
)
from scoring.services.api_keys.using import use_api_key

__all__ = [
    "OVERLAP",
    "check_api_key",
    "check_overlap",
    "create_api_key",
    "limit_api_key",
    "replace_api_key",
    "revoke_api_key",
    "use_api_key",
]
