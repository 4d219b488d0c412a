"""What the desk knows about a person beside the account."""

from decimal import Decimal

from labeling.models import Reviewer
from scoring.access import LEAD, Person, has_role


def authority_of(person: Person) -> Decimal | None:
    """Up to which amount at stake this person decides alone; None is any amount, as for leads."""
    if has_role(person, LEAD):
        return None
    return (
        Reviewer.objects.filter(user_id=person.pk or 0).values_list("authority", flat=True).first()
    )
