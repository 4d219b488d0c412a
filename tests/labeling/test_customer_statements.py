"""What a customer says becomes a label, wakes the case that waits for it, and can be corrected."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.models import CustomerStatement, Label, ReviewTask
from labeling.selectors.labels import resolved_label
from scoring.domain.errors import Conflict, InvalidTransition, NotFound
from scoring.models import KnownFraud
from tests.labeling.payments import hold, pay
from tests.labeling.support import decline, say

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("statement", "value"), [("confirms", "legitimate"), ("denies", "fraud")])
def test_a_statement_becomes_a_label_with_its_evidence(now, sam, statement, value) -> None:
    payment = pay(now=now)
    stored = say(payment, statement, sam, now=now, verification="challenge_passed")
    label = payment.labels.get()
    assert (label.value, label.source) == (value, "customer_confirmation")
    assert (label.verification, label.reviewer) == ("challenge_passed", sam)
    assert (stored.label, stored.recorded_by) == (label, sam)


def test_a_denial_is_known_as_fraud_at_once(now, sam) -> None:
    payment = pay(now=now, card_id="K1")
    say(payment, "denies", sam, now=now)
    assert KnownFraud.objects.filter(card_id="K1", retracted_at=None).exists()


def test_the_customer_outweighs_the_verdict_that_declined_the_payment(now, alice, sam) -> None:
    payment = decline(alice, now=now)
    assert resolved_label(payment.pk, as_of=now).value == "fraud"
    say(payment, "confirms", sam, now=now + MINUTE)
    resolved = resolved_label(payment.pk, as_of=now + MINUTE)
    assert (resolved.value, resolved.conflict) == ("legitimate", True)


def test_a_statement_wakes_the_case_that_waits_for_the_customer(now, alice, sam) -> None:
    payment = hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    services.wait_for_customer(
        task_id=task.pk, token=task.token, reviewer=alice, question="Was it you?", now=now
    )
    say(payment, "confirms", sam, now=now + MINUTE)
    task.refresh_from_db()
    assert task.status == ReviewTask.Status.OPEN
    last = task.case.events.filter(type="resumed").get()
    assert (last.actor, last.data["reason"]) == (sam, "The customer says: it was me.")


def test_a_case_that_somebody_holds_is_told_and_left_in_their_hands(now, alice, sam) -> None:
    payment = hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    stored = say(payment, "denies", sam, now=now + MINUTE)
    told = task.case.events.get(type="customer_statement")
    assert told.data == {"statement": stored.pk}
    task.refresh_from_db()
    assert (task.status, task.leased_by) == ("leased", alice)


def test_the_same_ticket_again_changes_nothing(now, sam) -> None:
    payment = pay(now=now)
    first = say(payment, "confirms", sam, now=now, reference="T-1")
    again = say(payment, "confirms", sam, now=now + MINUTE, reference="T-1")
    assert first == again
    assert (CustomerStatement.objects.count(), Label.objects.count()) == (1, 1)


def test_another_statement_under_the_same_ticket_is_a_conflict(now, sam) -> None:
    payment = pay(now=now)
    say(payment, "confirms", sam, now=now, reference="T-1")
    with pytest.raises(Conflict) as refused:
        say(payment, "denies", sam, now=now, reference="T-1")
    assert refused.value.code == "conflict"


def test_a_typing_error_is_corrected_by_a_second_statement(now, sam) -> None:
    payment = pay(now=now)
    wrong = say(payment, "denies", sam, now=now, reference="T-1")
    right = say(payment, "confirms", sam, now=now + MINUTE, reference="T-1", corrects=wrong.pk)
    assert (right.supersedes, right.label.supersedes) == (wrong, wrong.label)
    resolved = resolved_label(payment.pk, as_of=now + MINUTE)
    assert (resolved.value, resolved.conflict) == ("legitimate", False)
    assert not KnownFraud.objects.filter(transaction=payment, retracted_at=None).exists()


def test_a_correction_sent_twice_is_one(now, sam) -> None:
    payment = pay(now=now)
    wrong = say(payment, "denies", sam, now=now)
    right = say(payment, "confirms", sam, now=now, corrects=wrong.pk)
    assert say(payment, "confirms", sam, now=now + MINUTE, corrects=wrong.pk) == right


def test_a_corrected_statement_is_not_corrected_again(now, sam) -> None:
    payment = pay(now=now)
    wrong = say(payment, "denies", sam, now=now)
    say(payment, "confirms", sam, now=now, corrects=wrong.pk)
    with pytest.raises(InvalidTransition) as refused:
        say(payment, "denies", sam, now=now, corrects=wrong.pk)
    assert refused.value.code == "already_corrected"


def test_only_statements_of_the_same_payment_can_be_corrected(now, sam) -> None:
    other = say(pay(now=now), "denies", sam, now=now)
    with pytest.raises(NotFound):
        say(pay(now=now), "confirms", sam, now=now, corrects=other.pk)
