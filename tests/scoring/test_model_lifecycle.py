"""Stages of a model version: forward by people, back by anyone, never back from a roll-back."""

import pytest

from scoring.domain.errors import InvalidTransition
from scoring.domain.lifecycle import MOVES, STAGES, check_move, machine_may_move, may_move


def refused(from_stage, to_stage, by_person=True):
    with pytest.raises(InvalidTransition) as refusal:
        check_move(from_stage, to_stage, by_person=by_person)
    return refusal.value.code


def test_every_stage_says_where_it_leads():
    assert set(MOVES) == set(STAGES)
    assert all(targets <= set(STAGES) for targets in MOVES.values())


def test_a_candidate_passes_shadow_and_canary_to_production():
    for move in [("candidate", "shadow"), ("shadow", "canary"), ("canary", "production")]:
        check_move(*move, by_person=True)


def test_the_version_before_can_come_back():
    check_move("archived", "production", by_person=True)


@pytest.mark.parametrize("stage", STAGES)
def test_a_rolled_back_version_is_poisoned(stage):
    assert refused("rolled_back", stage) == "version_poisoned"


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_leads_to_itself(stage):
    assert not may_move(stage, stage)


def test_production_cannot_become_a_canary():
    assert refused("production", "canary") == "invalid_transition"


def test_an_unknown_stage_is_refused():
    assert refused("candidate", "staging") == "invalid_transition"


def test_the_machine_may_retreat():
    for stage in ("shadow", "canary", "production"):
        check_move(stage, "rolled_back", by_person=False)


def test_the_machine_may_not_advance():
    forward = ("shadow", "canary", "production")
    moves = [(a, b) for a, targets in MOVES.items() for b in targets if b in forward]
    assert moves
    for move in moves:
        assert refused(*move, by_person=False) == "machine_may_only_retreat"
        assert not machine_may_move(*move)
