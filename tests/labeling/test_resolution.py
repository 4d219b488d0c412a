"""What we hold for true, given what was claimed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain.resolution import OPINION, STRENGTHS, Claim, fraud_intervals, strength
from labeling.domain.scheme_reasons import fraud_type_of_reason
from tests.labeling.claims import claim, day, histories, resolved


def test_nothing_is_known_before_the_first_claim() -> None:
    assert resolved(claim("fraud", "chargeback", known=5), as_of=4).value is None


def test_a_claim_counts_from_the_moment_it_is_known() -> None:
    label = resolved(claim("fraud", "chargeback", known=5), as_of=5)
    assert (label.value, label.known_at, label.source) == ("fraud", day(5), "chargeback")


def test_a_chargeback_outweighs_an_earlier_and_a_later_verdict() -> None:
    label = resolved(
        claim("legitimate", "verdict", known=1),
        claim("fraud", "chargeback", known=2),
        claim("legitimate", "verdict", known=3, reviewer_id=2),
    )
    assert label.value == "fraud"
    assert label.conflict


def test_a_withdrawn_dispute_outweighs_its_chargeback() -> None:
    label = resolved(
        claim("fraud", "chargeback", known=1), claim("legitimate", "dispute_reversal", known=2)
    )
    assert label.value == "legitimate"


def test_a_won_representment_changes_liability_only() -> None:
    label = resolved(
        claim("fraud", "chargeback", known=1),
        claim("legitimate", "dispute_reversal", known=2, dispute_stage="representment_won"),
    )
    assert label.value == "fraud"
    assert not label.conflict


def test_the_newest_word_of_the_customer_counts() -> None:
    said = [
        claim("fraud", "fraud_report", known=1),
        claim("legitimate", "customer_confirmation", known=2),
    ]
    assert resolved(*said).value == "legitimate"
    assert resolved(*said, as_of=1).value == "fraud"


def test_two_of_three_reviewers_decide() -> None:
    label = resolved(
        claim("fraud", "verdict", reviewer_id=1, known=1),
        claim("legitimate", "second_review", reviewer_id=2, known=2),
        claim("fraud", "second_review", reviewer_id=3, known=3),
    )
    assert label.value == "fraud"


def test_reviewers_who_disagree_leave_it_unknown_until_somebody_adjudicates() -> None:
    said = [
        claim("fraud", "verdict", reviewer_id=1),
        claim("legitimate", "second_review", reviewer_id=2),
    ]
    assert resolved(*said).value == "unknown"
    assert not resolved(*said).trains
    assert resolved(*said, claim("fraud", "adjudication", reviewer_id=3)).value == "fraud"


def test_one_reviewer_counts_once() -> None:
    label = resolved(
        claim("fraud", "verdict", reviewer_id=1, known=1),
        claim("fraud", "second_review", reviewer_id=1, known=2),
        claim("legitimate", "second_review", reviewer_id=2, known=3),
    )
    assert label.value == "unknown"


def test_a_verdict_with_documents_outweighs_two_opinions() -> None:
    label = resolved(
        claim("fraud", "verdict", reviewer_id=1),
        claim("fraud", "second_review", reviewer_id=2),
        claim("legitimate", "verdict", reviewer_id=3, verification="documents"),
    )
    assert label.value == "legitimate"


def test_a_replaced_claim_no_longer_counts() -> None:
    first = claim("fraud", "verdict", id=1, known=1)
    changed = claim("legitimate", "verdict", id=2, known=2, supersedes_id=1)
    assert resolved(first, changed).value == "legitimate"
    assert resolved(first, changed, as_of=1).value == "fraud"


def test_cannot_tell_is_not_an_opinion_for_or_against() -> None:
    assert resolved(claim("unknown", "verdict")).value == "unknown"
    label = resolved(claim("unknown", "chargeback"), claim("fraud", "verdict"))
    assert label.value == "fraud"


def test_silence_gives_way_to_everything() -> None:
    for source in STRENGTHS.keys() - {"matured"}:
        label = resolved(claim("legitimate", "matured", known=9), claim("fraud", source))
        assert label.value == "fraud", source


@pytest.mark.parametrize("reason", ["13.1", "13.7", "4853"])
def test_a_dispute_with_the_merchant_is_legitimate_here(reason: str) -> None:
    assert resolved(claim("fraud", "chargeback", reason=reason)).value == "legitimate"


@pytest.mark.parametrize("reason", ["10.4", "4837", "4849", "4870", "4871", "F29", "ua02"])
def test_third_party_codes_name_the_type(reason: str) -> None:
    label = resolved(claim("fraud", "chargeback", reason=reason))
    assert (label.value, label.fraud_type) == ("fraud", "third_party")


@pytest.mark.parametrize("reason", ["12.5", "99.9", "fraudulent"])
def test_an_unknown_reason_leaves_the_label_open(reason: str) -> None:
    assert fraud_type_of_reason(reason) == ""
    assert resolved(claim("fraud", "chargeback", reason=reason)).value == "unknown"
    said = [claim("fraud", "chargeback", reason=reason), claim("legitimate", "verdict")]
    assert (resolved(*said).value, resolved(*said).conflict) == ("legitimate", False)


def test_a_named_type_stands_for_an_unknown_reason() -> None:
    label = resolved(claim("fraud", "chargeback", reason="X7", fraud_type="stolen_card"))
    assert (label.value, label.fraud_type) == ("fraud", "stolen_card")


def test_a_chargeback_without_a_reason_is_taken_at_its_word() -> None:
    assert resolved(claim("fraud", "chargeback")).value == "fraud"
    assert resolved(claim("fraud", "chargeback", reason=" ")).value == "fraud"


def test_proven_first_party_fraud_is_kept_out_of_training() -> None:
    label = resolved(
        claim("fraud", "chargeback", reason="10.4"),
        claim("fraud", "adjudication", fraud_type="friendly_fraud"),
    )
    assert label.value == "fraud"
    assert not label.trains


def test_a_value_is_known_since_it_was_first_claimed() -> None:
    label = resolved(claim("fraud", "verdict", known=1), claim("fraud", "chargeback", known=9))
    assert label.known_at == day(1)
    assert label.source == "chargeback"


def test_intervals_say_when_it_was_fraud() -> None:
    claims = [
        claim("fraud", "verdict", known=1),
        claim("legitimate", "customer_confirmation", known=2),
        claim("fraud", "chargeback", known=3),
    ]
    assert fraud_intervals(claims) == [(day(1), day(2)), (day(3), None)]


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_claims_are_read_does_not_matter(
    claims: list[Claim], rng: object
) -> None:
    shuffled = list(claims)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolved(*shuffled) == resolved(*claims)


@given(histories(), st.integers(0, 5))
def test_what_comes_later_does_not_change_what_was_held_then(
    claims: list[Claim], as_of: int
) -> None:
    known_then = [each for each in claims if each.known_at <= day(as_of)]
    assert resolved(*claims, as_of=as_of) == resolved(*known_then, as_of=as_of)


@given(histories())
def test_repeating_what_was_decided_changes_nothing(claims: list[Claim]) -> None:
    label = resolved(*claims)
    if label.value in ("fraud", "legitimate"):
        again = claim(label.value, "dispute_reversal", known=9, id=99)
        assert resolved(*claims, again).value == label.value


@given(histories())
def test_the_winner_is_as_strong_as_the_strongest_opponent(claims: list[Claim]) -> None:
    label = resolved(*claims)
    if label.value not in ("fraud", "legitimate") or not label.conflict:
        return
    standing = [each for each in claims if each.source == label.source]
    assert max(strength(each) for each in standing) >= OPINION or label.source == "matured"


@given(histories())
def test_intervals_agree_with_the_label_of_each_day(claims: list[Claim]) -> None:
    intervals = fraud_intervals(claims)
    for number in range(6):
        inside = any(
            since <= day(number) and (until is None or day(number) < until)
            for since, until in intervals
        )
        assert inside == (resolved(*claims, as_of=number).value == "fraud")


@given(histories())
def test_a_label_of_another_transaction_is_not_needed(claims: list[Claim]) -> None:
    moved = [replace(each, transaction_id=2) for each in claims]
    assert resolved(*moved) == resolved(*claims)
