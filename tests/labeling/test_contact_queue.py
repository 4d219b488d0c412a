"""Audits of blocked payments wait where customers are reached, and the label says how one knows."""

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import Label, ReviewQueue, ReviewTask, Verdict
from labeling.services import leading
from scoring.domain.errors import InvalidRecord, InvalidTransition
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db
REACHED = "customer_contacted"


def open_one(now, outcome: str = "block", **fields) -> ReviewTask:
    payment = draw_for_audit(outcome, now=now, **fields)
    services.open_cases(now=now)
    return ReviewTask.objects.select_related("queue").get(items__transaction=payment)


def claim(person, now) -> ReviewTask:
    task = services.claim_task(reviewer=person, now=now)
    assert task is not None
    return task


def judge(task, person, now, judgement: Judgement) -> list[Verdict]:
    return services.record_verdict(
        task_id=task.pk, token=task.token, reviewer=person, judgements=judgement, now=now
    )


def test_an_audit_of_a_blocked_payment_goes_to_the_contact_queue(now):
    assert open_one(now).queue.name == "contact"


@pytest.mark.parametrize("amount", ["120.00", "4000.00"])
def test_its_amount_keeps_it_nowhere_else(now, amount):
    assert open_one(now, amount=amount).queue.name == "contact"


def test_an_audit_of_an_approved_payment_goes_where_its_like_go(now):
    assert open_one(now, "approve").queue.name == "general"
    assert open_one(now, "approve", amount="4000.00").queue.name == "high-value"


def test_a_held_payment_never_waits_in_the_contact_queue(now):
    hold(now=now)
    services.open_cases(now=now)
    assert ReviewTask.objects.get().queue.name == "general"


def test_who_cannot_tell_leaves_it_to_another_contact(now, alice):
    open_one(now)
    judge(claim(alice, now), alice, now, Judgement(VerdictValue.CANNOT_TELL))
    second = ReviewTask.objects.select_related("queue").get(kind="second")
    assert second.queue.name == "contact"


def test_its_deadline_is_that_of_any_audit_or_it_would_tell(now):
    ReviewQueue.objects.filter(name="contact").update(sla_minutes=5)
    ReviewQueue.objects.filter(name="general").update(sla_minutes=30)
    assert open_one(now).due_at == open_one(now, "approve").due_at


def test_the_label_carries_how_the_reviewer_knew(now, alice):
    open_one(now)
    (verdict,) = judge(
        claim(alice, now), alice, now, Judgement(VerdictValue.LEGITIMATE, verification=REACHED)
    )
    label = Label.objects.get()
    assert (verdict.verification, label.verification) == (REACHED, REACHED)
    assert label.propensity == 0.1


def test_without_a_word_it_is_an_opinion(now, alice):
    open_one(now)
    judge(claim(alice, now), alice, now, Judgement(VerdictValue.LEGITIMATE))
    assert Label.objects.get().verification == "opinion"


@pytest.mark.parametrize(
    ("value", "verification", "code"),
    [
        (VerdictValue.LEGITIMATE, "hearsay", "unknown_choice"),
        (VerdictValue.LEGITIMATE, "released", "unknown_choice"),
        (VerdictValue.CANNOT_TELL, REACHED, "not_allowed"),
    ],
)
def test_what_cannot_be_known_that_way_is_refused(now, alice, value, verification, code):
    open_one(now)
    with pytest.raises(InvalidRecord) as refusal:
        judge(claim(alice, now), alice, now, Judgement(value, verification=verification))
    assert [fault.code for fault in refusal.value.errors] == [code]
    assert not Label.objects.exists()


def test_a_program_says_how_it_was_verified(clock, desk):
    open_one(clock)
    held = desk.post("/api/v1/tasks/claim/").json()
    body = {"token": held["token"], "verdict": "legitimate", "verification": "documents"}
    answer = desk.post(f"/api/v1/tasks/{held['task']}/verdict/", body, format="json")
    assert answer.status_code == 200
    assert Label.objects.get().verification == "documents"


def test_a_second_thought_keeps_only_what_was_verified_for_the_same_answer(clock, desk, alice):
    open_one(clock)
    held = desk.post("/api/v1/tasks/claim/").json()
    body = {"token": held["token"], "verdict": "legitimate", "verification": REACHED}
    desk.post(f"/api/v1/tasks/{held['task']}/verdict/", body, format="json")
    change = {"verdict": "fraud", "reason_code": "stolen_card"}
    desk.post(f"/api/v1/tasks/{held['task']}/change/", change, format="json")
    assert Label.objects.latest("pk").verification == "opinion"


def test_the_page_asks_and_the_verdict_says(clock, client_of, alice):
    open_one(clock)
    client = client_of(alice)
    task = claim(alice, clock)
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "How do you know?" in page
    assert "Reached the customer" in page
    client.post(
        f"/tasks/{task.pk}/verdict/",
        {
            "token": task.token,
            "verdict": "legitimate",
            "items": task.items.get().pk,
            "verification": REACHED,
        },
    )
    assert Label.objects.get().verification == REACHED


def test_blocked_and_approved_audits_look_alike(clock, client_of, alice, lea):
    """Nothing on the desk tells the queue of a blind task, or it would tell the outcome."""
    client, lead = client_of(alice), client_of(lea)
    task = open_one(clock, external_id="blocked-one")
    listed = client.get("/queue/").content.decode()
    assert "Customer contact</td>" not in listed
    assert "kept back" in listed
    assert f"/cases/{task.case_id}/" not in client.get("/queue/?queue=contact").content.decode()
    assert "Customer contact</strong>" not in client.get(f"/cases/{task.case_id}/").content.decode()
    moving = lead.get(f"/team/tasks/{task.pk}/").content.decode()
    assert "<strong>Customer contact" not in moving
    assert moving.count("<option") == lead_options(lead, open_one(clock, "approve"))


def lead_options(lead, task) -> int:
    return lead.get(f"/team/tasks/{task.pk}/").content.decode().count("<option")


def test_the_team_page_tells_nothing_of_what_waits_there(clock, client_of, lea):
    open_one(clock, amount="123.45")
    row = team_row(client_of(lea))
    assert "kept back" in row and "Move all" not in row
    assert not any(digit in row.partition("Pause")[0] for digit in ("€", "?queue="))


def team_row(lead) -> str:
    page = lead.get("/team/").content.decode().partition('id="queues-title"')[2]
    return page.partition("Customer contact")[2].partition("</tr>")[0]


def test_moving_a_blind_task_answers_alike_wherever_it_is(clock, client_of, lea):
    contact = ReviewQueue.objects.get(name="contact")
    blocked, approved = open_one(clock), open_one(clock, "approve")
    said = {"do": "move", "queue": contact.pk, "reason": "To be called"}
    answers = [
        client_of(lea).post(f"/team/tasks/{task.pk}/", said).status_code
        for task in (blocked, approved)
    ]
    assert answers == [302, 302]
    for task in (blocked, approved):
        leading.move_task(
            task_id=task.pk, target_id=contact.pk, reason="Again", actor=lea, now=clock
        )


def test_the_queue_of_blocked_audits_is_not_moved_as_a_whole(clock, lea):
    contact, general = (ReviewQueue.objects.get(name=name) for name in ("contact", "general"))
    task = open_one(clock)
    with pytest.raises(InvalidTransition, match="kept back"):
        leading.move_queue(
            queue_id=contact.pk, target_id=general.pk, reason="Empty it", actor=lea, now=clock
        )
    assert not task.case.events.filter(type="moved").exists()


def test_a_program_is_not_told_the_queue_of_a_blind_task(clock, desk):
    open_one(clock)
    (row,) = desk.get("/api/v1/cases/").json()["results"]
    assert row["queue"] is None
    assert desk.get("/api/v1/cases/?queue=contact").json()["results"] == []
    assert desk.post("/api/v1/tasks/claim/").json()["case"]["queue"] is None


def test_a_held_payment_says_its_queue_as_before(clock, desk):
    hold(now=clock)
    services.open_cases(now=clock)
    (row,) = desk.get("/api/v1/cases/").json()["results"]
    assert row["queue"] == "general"
