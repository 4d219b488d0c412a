"""Which case a request for review joins: one attack is one case, an audit draw stays single."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class EntityKind(StrEnum):
    """Whom an attack is aimed at, by the field of the transaction that names it."""

    CUSTOMER = "customer_id"
    CARD = "card_id"


@dataclass(frozen=True, slots=True)
class AttackedEntity:
    """The customer or card whose payments belong in front of one person together."""

    kind: EntityKind
    key: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request for review that has no item yet."""

    request_id: int
    entity: AttackedEntity | None
    audit: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Requests that go into one case: `case_id` of the open one, or None for a new one."""

    case_id: int | None
    entity: AttackedEntity | None
    request_ids: tuple[int, ...]


def attacked_entity(*, customer_id: str | None, card_id: str | None) -> AttackedEntity | None:
    """The customer before the card: a stolen account shows on several cards of one customer.

    A payment that names neither has nobody to be grouped by: None.
    """
    if customer_id:
        return AttackedEntity(EntityKind.CUSTOMER, customer_id)
    if card_id:
        return AttackedEntity(EntityKind.CARD, card_id)
    return None


def place(
    arrivals: Iterable[Arrival], open_cases: Mapping[AttackedEntity, int]
) -> tuple[Placement, ...]:
    """One placement for each attacked entity, in order of first arrival; each audit draw alone.

    `open_cases` holds the open case of each entity that has one. Cases of audit draws must not be
    in it: a second item beside the drawn one would show what the draw is about.
    """
    together: dict[AttackedEntity, list[int]] = {}
    alone: list[Placement] = []
    for arrival in arrivals:
        if arrival.audit or arrival.entity is None:
            alone.append(Placement(None, None, (arrival.request_id,)))
        else:
            together.setdefault(arrival.entity, []).append(arrival.request_id)
    joined = (
        Placement(open_cases.get(entity), entity, tuple(request_ids))
        for entity, request_ids in together.items()
    )
    return (*joined, *alone)
