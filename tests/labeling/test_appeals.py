"""A declined payment is looked at again by somebody else, and the answer reaches everybody."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.models import Appeal, ReviewCase, ReviewItem
from labeling.selectors.appeals import appeals_of, own_appeals
from labeling.selectors.labels import resolved_label
from scoring.domain.errors import Conflict, Forbidden, InvalidRecord, InvalidTransition
from scoring.models import Disposition, TransactionEvent
from scoring.selectors.answers import decision_answer
from tests.labeling.payments import draw_for_audit, hold, pay
from tests.labeling.support import (
    CANNOT_TELL,
    FRAUD,
    LEGITIMATE,
    appeal,
    block,
    decline,
    judge,
    say,
    task_of,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def declined(now, alice):
    """A payment that Alice declined."""
    return decline(alice, now=now, amount="180.00")


def status_of(filed: Appeal) -> str:
    (shown,) = [each for each in appeals_of(filed.transaction_id) if each.appeal == filed]
    return shown.status.value


def test_an_appeal_opens_a_case_of_its_own_with_the_words_of_the_customer(
    now, declined, sam
) -> None:
    filed = appeal(declined, sam, now=now, reason="It was me.\n I bought it for my father.")
    task = task_of(filed)
    assert (filed.case.kind, task.kind, task.lane, task.blind) == (
        "appeal",
        "appeal",
        "value",
        False,
    )
    assert task.why == "The customer appeals: It was me. I bought it for my father."
    assert task.due_at is not None
    assert task.rank > 0


def test_whoever_judged_the_payment_is_not_served_its_appeal(now, declined, alice, bob, sam):
    filed = appeal(declined, sam, now=now)
    assert services.claim_task(reviewer=alice, now=now) is None
    assert services.claim_task(reviewer=bob, now=now) == task_of(filed)


def test_whoever_filed_an_appeal_is_not_served_it(now, declined, bob, lea) -> None:
    filed = appeal(declined, lea, now=now)
    assert services.claim_task(reviewer=lea, now=now) is None
    judge(bob, CANNOT_TELL, now=now)
    assert task_of(filed).round == 2
    assert services.claim_task(reviewer=lea, now=now) is None


def test_whoever_filed_it_cannot_decide_it_by_another_way(now, declined, lea) -> None:
    task = task_of(appeal(declined, lea, now=now))
    task.skips.all().delete()
    with pytest.raises(Forbidden) as refused:
        judge(lea, LEGITIMATE, now=now)
    assert refused.value.code == "own_appeal"


def test_a_granted_appeal_takes_the_decline_back(now, declined, bob, sam) -> None:
    filed = appeal(declined, sam, now=now)
    (verdict,) = judge(bob, LEGITIMATE, now=now + MINUTE)
    newest = Disposition.objects.filter(transaction=declined).latest("pk")
    assert (newest.action, newest.cause, newest.verdict_id) == ("release", "appeal", verdict.pk)
    assert decision_answer(declined.pk)["final_outcome"] == "approve"
    assert status_of(filed) == "granted"


def test_a_granted_appeal_is_a_label_that_outweighs_the_first_verdict(
    now, declined, bob, sam
) -> None:
    appeal(declined, sam, now=now)
    judge(bob, LEGITIMATE, now=now + MINUTE)
    label = declined.labels.latest("pk")
    assert (label.source, label.value, label.propensity) == ("appeal", "legitimate", None)
    assert resolved_label(declined.pk, as_of=now + MINUTE).value == "legitimate"


def test_a_rejected_appeal_leaves_everything_as_it_was(now, declined, bob, sam) -> None:
    filed = appeal(declined, sam, now=now)
    judge(bob, FRAUD, now=now + MINUTE)
    assert Disposition.objects.filter(transaction=declined).count() == 1
    assert decision_answer(declined.pk)["final_outcome"] == "block"
    assert status_of(filed) == "rejected"
    filed.case.refresh_from_db()
    assert filed.case.status == ReviewCase.Status.CLOSED


def test_whoever_rejects_an_appeal_has_heard_the_customer_and_outweighs_them(
    now, declined, bob, sam
) -> None:
    stored = say(declined, "confirms", sam, now=now)
    assert appeal(declined, sam, now=now).statement == stored
    judge(bob, FRAUD, now=now + MINUTE)
    assert declined.labels.latest("pk").supersedes == stored.label
    assert resolved_label(declined.pk, as_of=now + MINUTE).value == "fraud"


def test_who_cannot_tell_leaves_it_to_a_lead_and_then_the_decline_stays(
    now, declined, bob, lea, sam
) -> None:
    filed = appeal(declined, sam, now=now)
    judge(bob, CANNOT_TELL, now=now + MINUTE)
    assert status_of(filed) == "open"
    assert (task_of(filed).lane, task_of(filed).blind) == ("escalated", False)
    judge(lea, CANNOT_TELL, now=now + 2 * MINUTE)
    assert status_of(filed) == "rejected"
    assert declined.labels.latest("pk").source == "appeal"


def test_a_payment_that_the_score_declined_can_be_appealed(now, alice, sam) -> None:
    payment = block(now=now)
    appeal(payment, sam, now=now)
    judge(alice, LEGITIMATE, now=now)
    assert decision_answer(payment.pk)["final_outcome"] == "approve"


def test_the_decline_is_taken_back_also_when_the_money_has_long_gone_its_way(
    now, declined, bob, sam
) -> None:
    TransactionEvent.objects.create(
        transaction=declined, type="cancelled", occurred_at=now, received_at=now
    )
    filed = appeal(declined, sam, now=now)
    judge(bob, LEGITIMATE, now=now)
    assert status_of(filed) == "granted"
    assert decision_answer(declined.pk)["disposition"] == "release"


@pytest.mark.parametrize("make", [hold, pay])
def test_only_declined_payments_can_be_appealed(now, sam, make) -> None:
    payment = make(now=now)
    with pytest.raises(InvalidTransition) as refused:
        appeal(payment, sam, now=now)
    assert refused.value.code == "not_declined"


def test_one_appeal_of_a_payment_is_open_at_a_time(now, declined, sam) -> None:
    appeal(declined, sam, now=now)
    with pytest.raises(Conflict) as refused:
        appeal(declined, sam, now=now)
    assert refused.value.code == "appeal_open"


def test_the_same_ticket_again_changes_nothing(now, declined, bob, sam) -> None:
    filed = appeal(declined, sam, now=now, reference="T-9")
    judge(bob, FRAUD, now=now)
    assert appeal(declined, sam, now=now, reference="T-9") == filed
    with pytest.raises(Conflict) as refused:
        appeal(declined, sam, now=now, reference="T-9", reason="Another story.")
    assert refused.value.code == "conflict"


def test_a_second_appeal_takes_a_lead_and_new_evidence(now, declined, bob, sam, lea, dana):
    appeal(declined, sam, now=now)
    judge(bob, FRAUD, now=now)
    with pytest.raises(Forbidden) as refused:
        appeal(declined, sam, now=now, new_evidence="A photo.")
    assert refused.value.code == "lead_needed"
    with pytest.raises(InvalidRecord) as incomplete:
        appeal(declined, lea, now=now)
    assert incomplete.value.errors[0].field == "new_evidence"
    second = appeal(declined, lea, now=now, new_evidence="A photo of the receipt.")
    assert task_of(second).why == "The customer appeals: A photo of the receipt."
    assert ReviewItem.objects.filter(transaction=declined, kind="appeal").count() == 2


def test_an_appeal_waits_while_somebody_is_to_judge_the_payment_blind(now, alice, bob, sam) -> None:
    payment = draw_for_audit("block", now=now)
    filed = appeal(payment, sam, now=now)
    assert not filed.case.tasks.exists()
    services.open_cases(now=now)
    assert services.ask_for_appeals(now=now) == 0
    judge(alice, FRAUD, now=now)
    assert services.ask_for_appeals(now=now) == 1
    assert services.ask_for_appeals(now=now) == 0
    assert services.claim_task(reviewer=bob, now=now) == task_of(filed)


def test_a_lead_who_may_be_asked_blind_does_not_learn_by_appealing(now, lea) -> None:
    payment = draw_for_audit("approve", now=now)
    with pytest.raises(Forbidden) as refused:
        appeal(payment, lea, now=now)
    assert refused.value.code == "kept_back"


def test_support_sees_its_own_appeals_the_waiting_ones_first(now, alice, bob, sam, lea) -> None:
    first, second, third = (decline(alice, now=now) for _ in range(3))
    decided = appeal(first, sam, now=now)
    judge(bob, LEGITIMATE, now=now)
    older = appeal(second, sam, now=now + MINUTE)
    appeal(third, lea, now=now)
    newer = appeal(block(now=now), sam, now=now + 2 * MINUTE)
    assert [shown.appeal for shown in own_appeals(sam)] == [older, newer, decided]


def test_who_decides_reads_the_words_of_the_customer(now, declined, bob, sam, client_of) -> None:
    say(declined, "confirms", sam, now=now, note="Named the last three shops.")
    filed = appeal(declined, sam, now=now, reference="T-9")
    page = client_of(bob).get(f"/cases/{filed.case_id}/").content.decode()
    assert "<strong>It was me</strong>, phone" in page
    assert "Named the last three shops." in page
    assert "<strong>Appeals the decline</strong>" in page


def test_a_blind_reviewer_does_not_read_the_words_that_would_tell_the_answer(
    now, alice, sam, client_of
) -> None:
    payment = draw_for_audit("block", now=now)
    services.open_cases(now=now)
    say(payment, "confirms", sam, now=now, note="Named the last three shops.")
    case_id = payment.review_items.get().case_id
    assert "last three shops" not in client_of(alice).get(f"/cases/{case_id}/").content.decode()
