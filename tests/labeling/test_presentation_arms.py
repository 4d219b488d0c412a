"""By lot, where the policy says so, a first look hides the reasons, or the score with them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.domain.presentation import Arm, arm_shares, drawn_presentation
from labeling.models import CaseEvent, ReviewTask, Verdict
from tests.labeling.payments import draw_for_audit, hold, policy_with_model

LEGITIMATE = Judgement(VerdictValue.LEGITIMATE)
HALVES = st.floats(0, 0.25)


@given(draw=st.floats(0, 1, exclude_max=True), explanation=HALVES, score=HALVES)
def test_an_arm_carries_the_probability_with_which_it_was_drawn(draw, explanation, score) -> None:
    drawn = drawn_presentation(draw, explanation_hidden=explanation, score_hidden=score)
    shares = arm_shares(explanation_hidden=explanation, score_hidden=score)
    assert sum(shares.values()) == pytest.approx(1)
    assert drawn.share == (shares[drawn.arm] if explanation or score else None)
    assert drawn.blind == (draw < score)


def test_every_arm_gets_its_share_of_a_grid_of_draws() -> None:
    arms = [
        drawn_presentation(k / 64, explanation_hidden=0.25, score_hidden=0.125).arm
        for k in range(64)
    ]
    counted = [arms.count(arm) for arm in (Arm.FACTS_FIRST, Arm.EXPLANATION_HIDDEN, Arm.FULL)]
    assert counted == [8, 16, 40]


@pytest.fixture
def hiding(db, clock, settings):
    """Return a function that says what the policy that decides hides by lot."""
    settings.FRAUDREVIEW_DATA_KEY = "the same lots in every run of these tests, everywhere"

    def hide(*, explanation: float = 0.0, score: float = 0.0) -> None:
        policy_with_model(now=clock, explanation_hidden_share=explanation, score_hidden_share=score)

    return hide


def open_holds(clock, number: int) -> list[ReviewTask]:
    for _ in range(number):
        hold(now=clock)
    services.open_cases(now=clock)
    return list(ReviewTask.objects.order_by("pk"))


def arm_of(task: ReviewTask) -> tuple[str, bool, float | None]:
    return (task.presentation, task.blind, task.presentation_share)


def open_in(arm: Arm, clock) -> ReviewTask:
    """One open task of this arm: payments are sent until the lot says so, the others are over."""
    for number in range(60):
        payment = hold(now=clock, external_id=f"{arm}-{number}", customer_id=f"victim-{number}")
        services.open_cases(now=clock)
        task = ReviewTask.objects.get(items__transaction=payment)
        if task.presentation == arm:
            ReviewTask.objects.exclude(pk=task.pk).update(status="moot")
            return task
    raise AssertionError(f"the lot never said {arm}")


def test_without_arms_nothing_is_drawn(db, clock) -> None:
    assert {arm_of(task) for task in open_holds(clock, 5)} == {("full", False, None)}
    assert not CaseEvent.objects.filter(type="presentation_drawn").exists()


def test_each_task_keeps_its_arm_and_its_probability(hiding, clock) -> None:
    hiding(explanation=0.2, score=0.3)
    tasks = open_holds(clock, 40)
    assert {arm_of(task) for task in tasks} == {
        ("full", False, 0.5),
        ("explanation_hidden", False, 0.2),
        ("facts_first", True, 0.3),
    }


def test_the_case_remembers_what_the_lot_said(hiding, clock) -> None:
    hiding(score=0.5)
    for task in open_holds(clock, 6):
        event = CaseEvent.objects.get(case_id=task.case_id, type="presentation_drawn")
        assert event.data == {"task": task.pk, "presentation": task.presentation, "share": 0.5}


def test_an_audit_draws_no_arm(hiding, clock) -> None:
    hiding(explanation=0.5)
    draw_for_audit("approve", now=clock)
    services.open_cases(now=clock)
    assert arm_of(ReviewTask.objects.get()) == ("facts_first", True, None)


def test_who_holds_a_case_without_reasons_finds_them_nowhere(
    hiding, clock, alice, client_of, api_key
) -> None:
    hiding(explanation=0.5)
    task = open_in(Arm.EXPLANATION_HIDDEN, clock)
    payment = task.items.get().transaction
    held = services.claim_task(reviewer=alice, now=clock)
    assert held.pk == task.pk
    client, api = client_of(alice), api_key("review", "decisions:read", acts_for=alice)
    pages = ["/queue/", "/queue/?held=1", f"/tasks/{task.pk}/", f"/cases/{task.case_id}/"]
    pages += [f"/transactions/{payment.external_id}/", f"/support/{payment.external_id}/"]
    bodies = {page: client.get(page).content.decode() for page in pages}
    for call in ("transactions", "decisions"):
        address = f"/api/v1/{call}/{payment.external_id}/"
        bodies[address] = api.get(address).content.decode()
    bodies["cases"] = api.get("/api/v1/cases/", {"held": "1"}).content.decode()
    for address, body in bodies.items():
        assert "31 ×" not in body and "Customer for 2 years" not in body, address
    assert "0.71" in bodies[f"/tasks/{task.pk}/"]
    assert "kept back for this case, by lot" in bodies[f"/transactions/{payment.external_id}/"]


def test_after_the_verdict_the_reasons_are_shown(hiding, clock, alice, client_of) -> None:
    hiding(explanation=0.5)
    task = open_in(Arm.EXPLANATION_HIDDEN, clock)
    services.claim_task(reviewer=alice, now=clock)
    task.refresh_from_db()
    services.record_verdict(
        task_id=task.pk, token=task.token, reviewer=alice, judgements=LEGITIMATE, now=clock
    )
    external_id = task.items.get().transaction.external_id
    assert "31 ×" in client_of(alice).get(f"/transactions/{external_id}/").content.decode()
    verdict = Verdict.objects.get()
    assert (verdict.presentation, verdict.blind) == ("explanation_hidden", False)


def test_reasons_stay_back_while_the_verdict_can_be_undone(hiding, clock, alice, client_of) -> None:
    hiding(explanation=0.5)
    task = open_in(Arm.EXPLANATION_HIDDEN, clock)
    services.claim_task(reviewer=alice, now=clock)
    task.refresh_from_db()
    services.give_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=alice,
        said=services.Said(LEGITIMATE),
        now=clock,
    )
    payment = task.items.get().transaction
    pages = (f"/transactions/{payment.external_id}/", f"/cases/{task.case_id}/")
    client = client_of(alice)
    for page in pages:
        assert "31 ×" not in client.get(page).content.decode(), page
    services.commit_due(now=clock + timedelta(seconds=11))
    for page in pages:
        assert "31 ×" in client.get(page).content.decode(), page


def test_facts_first_hides_the_score_and_a_change_is_a_second_verdict(
    hiding, clock, alice, client_of
) -> None:
    hiding(score=0.5)
    task = open_in(Arm.FACTS_FIRST, clock)
    services.claim_task(reviewer=alice, now=clock)
    client = client_of(alice)
    external_id = task.items.get().transaction.external_id
    for page in (f"/tasks/{task.pk}/", f"/transactions/{external_id}/", "/queue/?held=1"):
        body = client.get(page).content.decode()
        assert "0.71" not in body and "31 ×" not in body, page
    task.refresh_from_db()
    services.record_verdict(
        task_id=task.pk, token=task.token, reviewer=alice, judgements=LEGITIMATE, now=clock
    )
    assert "0.71" in client.get(f"/tasks/{task.pk}/").content.decode()
    fraud = Judgement(VerdictValue.FRAUD, reason_code="stolen_card")
    services.change_verdict(task_id=task.pk, reviewer=alice, judgement=fraud, now=clock)
    first, second = Verdict.objects.order_by("pk")
    assert (first.value, first.presentation, first.blind) == ("legitimate", "facts_first", True)
    assert (second.value, second.supersedes, second.blind) == ("fraud", first, False)


def test_the_lists_do_not_tell_which_blind_look_is_a_held_payment(
    hiding, clock, alice, client_of
) -> None:
    hiding(score=0.5)
    task = open_in(Arm.FACTS_FIRST, clock)
    assert task.rank > 0  # as urgent as it was
    customer = task.items.get().transaction.customer_id
    client = client_of(alice)
    listed = {
        lane: f"/tasks/{task.pk}/" in page or customer in page or "120.00" in page
        for lane in ("due_soon", "value", "blind")
        for page in [client.get(f"/queue/?lane={lane}").content.decode()]
    }
    assert listed == {"due_soon": False, "value": False, "blind": True}
