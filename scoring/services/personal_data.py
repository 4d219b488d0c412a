"""Showing personal data to one reader, which is always written down."""

from datetime import datetime

from django.contrib.auth.models import User

from scoring.domain.errors import NotFound
from scoring.models import ApiKey, PersonalDataReveal
from scoring.selectors.transactions import transaction_id_of


def reveal_personal_data(
    *, external_id: str, person: User, place: PersonalDataReveal.Place, now: datetime
) -> PersonalDataReveal:
    """Write down that a person looks, who from then on sees this payment's personal data.

    For how long: scoring.selectors.personal_data.SHOWN_FOR. Raises NotFound.
    """
    id_ = transaction_id_of(external_id)
    if id_ is None:
        raise NotFound("not_found", "There is no transaction with this external_id.")
    return PersonalDataReveal.objects.create(
        transaction_id=id_, person=person, place=place, revealed_at=now, day=now.date()
    )


def log_read_by_program(*, transaction_id: int, key: ApiKey, now: datetime) -> None:
    """Write down that a program read the personal data of a payment; one row a day is enough."""
    read = PersonalDataReveal(
        transaction_id=transaction_id,
        person_id=key.acts_for_id,
        api_key=key,
        place=PersonalDataReveal.Place.API,
        revealed_at=now,
        day=now.date(),
    )
    PersonalDataReveal.objects.bulk_create([read], ignore_conflicts=True)
