"""What each claim about a payment changed, and who contradicts whom, in words."""

from hypothesis import given

from labeling.domain.label_timeline import claim_note, claim_steps, conflict_sentence
from labeling.domain.resolution import UNKNOWN, Claim, meaning, resolve, standing_claims
from tests.labeling.claims import claim, day, histories


def test_each_claim_says_what_held_after_it() -> None:
    steps = claim_steps(
        [
            claim("legitimate", "verdict", known=1, id=1),
            claim("fraud", "chargeback", known=2, id=2),
            claim("legitimate", "verdict", known=3, id=3, reviewer_id=2),
        ]
    )
    assert [step.after.value for step in steps] == ["legitimate", "fraud", "fraud"]
    assert [step.changed for step in steps] == [True, True, False]
    assert [step.after.conflict for step in steps] == [False, True, True]


def test_a_claim_that_another_replaces_is_marked() -> None:
    steps = claim_steps(
        [
            claim("legitimate", "verdict", known=2, id=2, supersedes_id=1),
            claim("fraud", "verdict", known=1, id=1),
        ]
    )
    assert [(step.claim.id, step.replaced) for step in steps] == [(1, True), (2, False)]


def test_a_claim_that_means_less_than_it_says_tells_why() -> None:
    assert "moved the loss" in claim_note(
        claim("legitimate", "dispute_reversal", dispute_stage="representment_won")
    )
    assert "13.1 is a dispute with the merchant" in claim_note(
        claim("fraud", "chargeback", reason="13.1")
    )
    assert "12.5 is not in our table" in claim_note(claim("fraud", "chargeback", reason="12.5"))
    assert claim_note(claim("fraud", "chargeback", reason="10.4")) == ""


def test_a_conflict_names_both_sides_and_why_one_is_believed() -> None:
    chargeback = claim("fraud", "chargeback", known=1)
    customer = claim("legitimate", "customer_confirmation", known=2)
    assert conflict_sentence([chargeback, customer]) == (
        "A chargeback says fraud, the customer says legitimate."
        " The first counts more, whenever it came."
    )
    report = claim("fraud", "fraud_report", known=1)
    assert conflict_sentence([report, customer]) == (
        "The customer says legitimate, a fraud report says fraud."
        " They count alike, so the newer one is believed."
    )


def test_reviewers_who_disagree_are_told_by_heads() -> None:
    first = claim("fraud", "verdict", known=1, reviewer_id=1)
    second = claim("legitimate", "second_review", known=2, reviewer_id=2)
    assert conflict_sentence([first, second]) == (
        "A second review says legitimate, a verdict says fraud: open until somebody settles it."
    )
    third = claim("fraud", "second_review", known=3, reviewer_id=3)
    assert conflict_sentence([first, second, third]).endswith(
        "More people are of the first opinion."
    )


def test_without_a_conflict_there_is_nothing_to_say() -> None:
    assert conflict_sentence([]) == ""
    assert conflict_sentence([claim("fraud", "verdict"), claim("fraud", "chargeback")]) == ""
    assert conflict_sentence([claim("fraud", "verdict"), claim("unknown", "verdict")]) == ""


@given(histories())
def test_the_last_step_is_the_label_of_today(claims: list[Claim]) -> None:
    steps = claim_steps(claims)
    if claims:
        assert steps[-1].after == resolve(claims, as_of=day(99))
    for step in steps:
        if step is steps[-1] or step.claim.known_at < steps[steps.index(step) + 1].claim.known_at:
            assert step.after == resolve(claims, as_of=step.claim.known_at)


@given(histories())
def test_a_conflict_is_told_exactly_where_there_is_one(claims: list[Claim]) -> None:
    said = {meaning(each) for each in standing_claims(claims)} - {UNKNOWN}
    assert bool(conflict_sentence(claims)) == (len(said) > 1)
