"""What the desk knows about a person beside the account."""

from decimal import Decimal

from labeling.models import Reviewer


def authority_of(user_id: int) -> Decimal | None:
    """Up to which amount at stake this person decides alone; None is any amount."""
    return Reviewer.objects.filter(user_id=user_id).values_list("authority", flat=True).first()
