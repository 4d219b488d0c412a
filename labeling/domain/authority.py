"""Up to which amount somebody decides alone."""

from decimal import Decimal

from scoring.domain.errors import Forbidden


def is_within(authority: Decimal | None, at_stake: Decimal) -> bool:
    """Whether the amount at stake may be decided under this limit; None is no limit."""
    return authority is None or at_stake <= authority


def check_authority(authority: Decimal | None, at_stake: Decimal) -> None:
    """Raises Forbidden (`above_authority`) where more is at stake than this person decides."""
    if not is_within(authority, at_stake):
        raise Forbidden(
            "above_authority", "More is at stake than you decide alone. Escalate it to a lead."
        )
