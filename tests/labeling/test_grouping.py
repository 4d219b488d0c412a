"""One attack is one case."""

from labeling.domain.grouping import (
    Arrival,
    AttackedEntity,
    EntityKind,
    attacked_entity,
    place,
)

VICTIM = AttackedEntity(EntityKind.CUSTOMER, "c1")


def test_the_customer_is_attacked_before_the_card() -> None:
    assert attacked_entity(customer_id="c1", card_id="k1") == VICTIM


def test_a_card_without_a_customer_is_attacked_itself() -> None:
    assert attacked_entity(customer_id=None, card_id="k1") == AttackedEntity(EntityKind.CARD, "k1")


def test_a_payment_that_names_nobody_has_no_entity() -> None:
    assert attacked_entity(customer_id=None, card_id=None) is None


def test_an_attack_arrives_as_one_case() -> None:
    placements = place([Arrival(1, VICTIM), Arrival(2, VICTIM), Arrival(3, VICTIM)], {})
    assert [placement.request_ids for placement in placements] == [(1, 2, 3)]


def test_a_request_joins_the_open_case_of_its_entity() -> None:
    (placement,) = place([Arrival(1, VICTIM)], {VICTIM: 77})
    assert placement.case_id == 77


def test_a_card_does_not_join_the_case_of_a_customer_with_the_same_key() -> None:
    card = AttackedEntity(EntityKind.CARD, VICTIM.key)
    (placement,) = place([Arrival(1, card)], {VICTIM: 77})
    assert placement.case_id is None


def test_audit_draws_stay_single() -> None:
    placements = place(
        [Arrival(1, VICTIM, audit=True), Arrival(2, VICTIM, audit=True)], {VICTIM: 7}
    )
    assert [(p.case_id, p.request_ids) for p in placements] == [(None, (1,)), (None, (2,))]


def test_payments_that_name_nobody_stay_single() -> None:
    placements = place([Arrival(1, None), Arrival(2, None)], {})
    assert [placement.request_ids for placement in placements] == [(1,), (2,)]
