"""Personal data of one payment, as one reader may see it now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scoring.access import PERSONAL_DATA_ROLES, Person, has_role
from scoring.domain.masking import masked_attributes, masked_email, masked_ip
from scoring.models import PersonalDataReveal, TransactionDetails

SHOWN_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """E-mail, IP and free attributes; masked, or whole where the reader asked for it.

    `allowed` is False where the role has no need: then nothing is told at all. `masked` is True
    where something is hidden that could be shown. `shown_until` is set while all is shown.
    """

    allowed: bool
    masked: bool = False
    shown_until: datetime | None = None
    email: str = ""
    ip_address: str = ""
    # As pairs: a template would take `attributes.items` for an attribute of that name.
    attributes: tuple[tuple[str, object], ...] = ()


def personal_data_of(details: TransactionDetails, *, reader: Person, now: datetime) -> PersonalData:
    """Return the details of a payment as this reader may see them now; at most one query."""
    if not has_role(reader, *PERSONAL_DATA_ROLES):
        return PersonalData(allowed=False)
    whole = PersonalData(
        allowed=True,
        email=details.email or "",
        ip_address=details.ip_address or "",
        attributes=tuple(sorted(details.attributes.items())),
    )
    masked = PersonalData(
        allowed=True,
        masked=True,
        email=masked_email(whole.email) if whole.email else "",
        ip_address=masked_ip(whole.ip_address) if whole.ip_address else "",
        attributes=tuple(masked_attributes(dict(whole.attributes)).items()),
    )
    if _told(masked) == _told(whole):
        return whole
    until = shown_until(details.pk, reader=reader, now=now)
    if until is None:
        return masked
    return PersonalData(True, False, until, *_told(whole))


def shown_until(transaction_id: int, *, reader: Person, now: datetime) -> datetime | None:
    """Return until when this person sees the payment's personal data; None where they do not."""
    asked = PersonalDataReveal.objects.filter(
        person_id=reader.pk,
        transaction_id=transaction_id,
        api_key=None,
        revealed_at__gt=now - SHOWN_FOR,
    ).order_by("-revealed_at")
    at = asked.values_list("revealed_at", flat=True).first()
    return at + SHOWN_FOR if at else None


def _told(data: PersonalData) -> tuple[str, str, tuple[tuple[str, object], ...]]:
    return data.email, data.ip_address, data.attributes
