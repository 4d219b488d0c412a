"""What is left of personal data where nobody asked to see it: enough to recognise, no more."""

import ipaddress
import re
from collections.abc import Mapping

DOTS = "•••"
# Words in the name of a free attribute that say: this tells of a person.
_PERSONAL = frozenset(
    {
        *("address", "birth", "birthday", "birthdate", "birthplace", "city", "contact", "dob"),
        *("email", "firstname", "forename", "fullname", "holder", "iban", "ip", "lastname"),
        *("login", "mail", "mobile", "nickname", "passport", "phone", "postcode", "recipient"),
        *("ssn", "street", "surname", "tel", "telephone", "username", "zip"),
    }
)
# Of these even a number tells of a person; the age of a mailbox does not.
_NUMBERED = frozenset(
    {
        *("birth", "birthday", "birthdate", "dob", "iban", "mobile", "passport", "phone"),
        *("postcode", "ssn", "tel", "telephone", "zip"),
    }
)
# "name" is a person's, unless one of these stands before it.
_THINGS = frozenset(
    {
        *("app", "bank", "brand", "browser", "campaign", "category", "company", "device"),
        *("domain", "file", "host", "item", "merchant", "model", "plan", "product", "shop"),
        "store",
    }
)
# What was found out about such a thing is no such thing: the result of an address check.
_FINDINGS = frozenset(
    {"age", "check", "count", "known", "match", "matches", "result", "score", "status", "verified"}
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PHONE = re.compile(r"\+?[\d\s()/.-]{7,}")
_LEAST_TO_BEGIN = 3
_V6_SHOWN = 3


def masked_email(address: str) -> str:
    """The first letter of the mailbox and the domain, which is hidden too where it repeats it.

    >>> masked_email("anna.meier@example.com"), masked_email("meier@meier.example")
    ('a•••@example.com', 'm•••@•••')
    """
    local, at, domain = address.rpartition("@")
    if not at:
        return DOTS
    if len(local) == 1:
        return f"{DOTS}@{domain}"
    shown = DOTS if local.casefold() in domain.casefold() else domain
    return f"{local[:1]}{DOTS}@{shown}"


def masked_ip(address: str) -> str:
    """The network of an address: three numbers of IPv4, three groups of IPv6.

    >>> masked_ip("203.0.113.77"), masked_ip("2001:db8:85a3::8a2e:370:7334")
    ('203.0.113.•••', '2001:db8:85a3:•••')
    """
    try:
        known = ipaddress.ip_address(address.strip())
    except ValueError:
        return DOTS
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is None:
            groups = known.exploded.split(":")[:_V6_SHOWN]
            return ":".join([*(f"{int(group, 16):x}" for group in groups), DOTS])
        known = known.ipv4_mapped
    return f"{str(known).rpartition('.')[0]}.{DOTS}"


def masked_text(text: str) -> str:
    """The first letter; of a text so short that this tells half of it, nothing.

    >>> masked_text("Anna Meier"), masked_text("Bo")
    ('A•••', '•••')
    """
    text = text.strip()
    return f"{text[:1]}{DOTS}" if len(text) >= _LEAST_TO_BEGIN else DOTS


def looks_personal(name: str, value: object) -> bool:
    """Whether a free attribute tells of a person, by its name or by its value.

    Yes or no tells of nobody. In doubt it is personal: whoever needs it can ask to see it.
    """
    if isinstance(value, bool) or value is None:
        return False
    words = [word.lower() for word in _WORDS.findall(name)]
    if words and words[-1] in _FINDINGS:
        return False
    if isinstance(value, int | float):
        return not _NUMBERED.isdisjoint(words)
    return not _PERSONAL.isdisjoint(words) or _names_a_person(words) or _reads_personal(str(value))


def masked_attribute(name: str, value: object) -> object:
    """The value as it is, or what is left of it where it looks personal."""
    if not looks_personal(name, value):
        return value
    text = str(value)
    if "@" in text:
        return masked_email(text)
    if _is_address(text):
        return masked_ip(text)
    return DOTS if isinstance(value, int | float) or _PHONE.fullmatch(text) else masked_text(text)


def masked_attributes(attributes: Mapping[str, object]) -> dict[str, object]:
    """All attributes, each as `masked_attribute` leaves it, in their order."""
    return {name: masked_attribute(name, value) for name, value in attributes.items()}


def _names_a_person(words: list[str]) -> bool:
    if "name" not in words:
        return False
    place = words.index("name")
    return place == 0 or words[place - 1] not in _THINGS


def _reads_personal(text: str) -> bool:
    return "@" in text or _is_address(text) or bool(_PHONE.fullmatch(text))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True
