"""Practice: past payments with known answers, judged again without any consequence."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import Label, PracticeAnswer, ReviewTask, Verdict
from labeling.selectors.practice import MOST_EXPOSURES, current_round, next_practice
from labeling.services.practice import answer_practice
from scoring.domain.errors import InvalidTransition
from scoring.models import CaseRequest, Disposition
from tests.labeling.payments import decide, draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def known(now, truth="fraud", source="chargeback", **fields):
    """An approved payment of a month ago of which the truth has become known."""
    payment = pay(now=now - MONTH, **fields)
    decide(payment, "approve", now=now - MONTH, probability=0.1)
    tell(payment, now, truth, source)
    return payment


def tell(payment, now, truth, source="chargeback") -> None:
    at = now - timedelta(days=3)
    Label.objects.create(
        transaction=payment, value=truth, source=source, known_at=at, recorded_at=at
    )


def answer(reviewer, now, value=VerdictValue.FRAUD) -> PracticeAnswer:
    turn = next_practice(reviewer=reviewer, now=now)
    return answer_practice(
        reviewer=reviewer,
        transaction_id=turn.payment.pk,
        value=value,
        active_seconds=12.0,
        now=now,
    )


def test_a_case_with_a_known_answer_comes_up_and_stays_until_it_is_answered(now, alice) -> None:
    payment = known(now)
    first, again = (next_practice(reviewer=alice, now=now) for _ in range(2))
    assert first.payment == again.payment == payment
    assert (first.truth, first.source) == ("fraud", "chargeback")


def test_an_answer_has_no_consequence_but_its_row(now, alice) -> None:
    known(now)
    given = answer(alice, now, VerdictValue.LEGITIMATE)
    assert (given.value, given.truth, given.truth_source) == ("legitimate", "fraud", "chargeback")
    assert Label.objects.count() == 1
    assert not Verdict.objects.exists() and not Disposition.objects.exists()
    assert not ReviewTask.objects.exists()


def test_a_second_click_answers_nothing_else(now, alice) -> None:
    payment = known(now)
    known(now)
    turn = next_practice(reviewer=alice, now=now).payment
    answer(alice, now)
    with pytest.raises(InvalidTransition) as refused:
        answer_practice(
            reviewer=alice,
            transaction_id=turn.pk,
            value=VerdictValue.FRAUD,
            active_seconds=None,
            now=now,
        )
    assert refused.value.code == "not_your_turn" and payment is not None


def test_nobody_practises_the_same_payment_twice_in_a_season(now, alice, bob) -> None:
    known(now)
    answer(alice, now)
    assert next_practice(reviewer=alice, now=now) is None
    assert next_practice(reviewer=bob, now=now) is not None
    assert next_practice(reviewer=alice, now=now + timedelta(days=91)) is not None


def test_what_one_has_judged_is_no_practice(now, alice) -> None:
    payment = hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=alice,
        judgements=Judgement(VerdictValue.LEGITIMATE),
        now=now,
    )
    tell(payment, now + MONTH, "fraud")
    assert next_practice(reviewer=alice, now=now + MONTH) is None


def test_what_somebody_still_has_to_judge_is_no_practice(now, alice, bob) -> None:
    audited = draw_for_audit("approve", now=now - MONTH)
    tell(audited, now, "legitimate", "customer_confirmation")
    assert next_practice(reviewer=alice, now=now) is None, "drawn, its case not yet open"
    services.open_cases(now=now)
    assert next_practice(reviewer=alice, now=now) is None
    assert next_practice(reviewer=bob, now=now) is None


def test_opinions_alone_are_no_known_answers(now, alice) -> None:
    known(now, source="verdict")
    assert next_practice(reviewer=alice, now=now) is None


def test_an_answer_that_later_claims_contradict_is_left_out(now, alice) -> None:
    payment = known(now, "fraud", "chargeback")
    tell(payment, now + timedelta(days=1), "legitimate", "dispute_reversal")
    turn = next_practice(reviewer=alice, now=now)
    assert turn is None or turn.truth == "legitimate"


def test_a_worn_case_is_retired(now, alice, bob) -> None:
    payment = known(now)
    PracticeAnswer.objects.bulk_create(
        PracticeAnswer(
            reviewer=bob,
            transaction=payment,
            value="fraud",
            truth="fraud",
            truth_source="chargeback",
            given_at=now,
        )
        for _ in range(MOST_EXPOSURES)
    )
    assert next_practice(reviewer=alice, now=now) is None


def test_about_half_of_it_is_fraud(now, alice) -> None:
    for number in range(60):
        known(now, "fraud" if number % 2 else "legitimate", "customer_confirmation")
    truths = [answer(alice, now).truth for _ in range(40)]
    assert 12 <= truths.count("fraud") <= 28


def test_a_round_of_ten_tells_its_result_with_an_interval(now, alice) -> None:
    for _ in range(11):
        known(now)
    for _ in range(9):
        answer(alice, now)
    last = answer(alice, now, VerdictValue.LEGITIMATE)
    over = current_round(reviewer=alice, upto=last.pk)
    assert (over.answered, over.right, over.finished) == (10, 9, True)
    assert over.low < 0.9 < over.high
    answer(alice, now)
    assert current_round(reviewer=alice).answered == 1


def test_the_page_shows_facts_first_and_the_truth_after_the_answer(alice, client_of) -> None:
    clock = timezone.now()
    payment = known(clock, amount="321.50")
    client = client_of(alice)
    page = client.get("/practice/").content.decode()
    assert "€321.50" in page and "You decide first" in page
    assert "0.10" not in page and "Chargeback" not in page and "chargeback" not in page
    sent = {"payment": payment.pk, "verdict": "legitimate"}
    answered = client.post("/practice/answer/", sent)
    told = client.get(answered["Location"]).content.decode()
    assert "What was true" in told and "known by chargeback" in told and "0.10" in told
    assert client.get("/practice/").content.decode().count("Nothing to practise on") == 1


def test_an_answer_is_shown_to_nobody_else(alice, bob, client_of) -> None:
    clock = timezone.now()
    known(clock)
    given = answer(alice, clock)
    assert client_of(bob).get(f"/practice/{given.pk}/").status_code == 404


def test_an_old_answer_is_kept_back_while_the_payment_waits_for_a_blind_look(
    alice, bob, client_of
) -> None:
    clock = timezone.now()
    payment = known(clock)
    given = answer(alice, clock)
    client = client_of(alice)
    assert client.get(f"/practice/{given.pk}/").status_code == 200
    CaseRequest.objects.create(transaction=payment, kind="audit", requested_at=clock)
    services.open_cases(now=clock)
    assert client.get(f"/practice/{given.pk}/").status_code == 404


def test_a_form_without_an_answer_says_so(alice, client_of) -> None:
    client = client_of(alice)
    page = client.post("/practice/answer/", {"verdict": "maybe"}, follow=True).content.decode()
    assert "Choose fraud, legitimate or cannot tell." in page


def test_the_page_takes_a_fixed_number_of_queries(
    alice, client_of, django_assert_max_num_queries
) -> None:
    clock = timezone.now()
    for _ in range(25):
        known(clock, customer_id="the-same")
    client = client_of(alice)
    client.get("/practice/")
    with django_assert_max_num_queries(22):
        client.get("/practice/")
