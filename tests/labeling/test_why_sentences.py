"""Why an item or a task is here, in one sentence."""

from datetime import timedelta

from labeling.domain.grouping import EntityKind
from labeling.domain.sentences import LENGTH, why_item, why_task


def test_an_item_is_here_for_its_strongest_reason() -> None:
    assert why_item(decision_reason="score", strongest="Amount is high") == "Amount is high."


def test_without_a_reason_the_decision_says_why() -> None:
    assert "No model" in why_item(decision_reason="no_model", strongest=None)


def test_a_long_reason_is_cut_to_what_a_row_holds() -> None:
    sentence = why_item(decision_reason="score", strongest="very " * 80)
    assert len(sentence) <= LENGTH and sentence.endswith("…")


def test_one_payment_keeps_its_own_sentence(now) -> None:
    sentence = why_task(entity=EntityKind.CUSTOMER, item_sentences=["Because."], times=[now])
    assert sentence == "Because."


def test_an_attack_says_how_many_payments_came_how_fast(now) -> None:
    times = [now + timedelta(minutes=3 * n) for n in range(4)]
    sentence = why_task(entity=EntityKind.CARD, item_sentences=["Because."] * 4, times=times)
    assert sentence == "4 payments of one card in 9 min."


def test_payments_within_seconds_do_not_read_zero_minutes(now) -> None:
    sentence = why_task(
        entity=EntityKind.CUSTOMER, item_sentences=["Because."] * 2, times=[now, now]
    )
    assert sentence == "2 payments of one customer within a minute."
