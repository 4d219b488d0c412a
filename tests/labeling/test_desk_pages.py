"""The queue page and the case page, as a browser without scripts uses them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import services
from labeling.models import ReviewTask, TaskSkip, Verdict
from scoring.models import Disposition
from tests.labeling.payments import draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db


def claim(client) -> ReviewTask:
    answer = client.post("/queue/next/")
    task = ReviewTask.objects.get(status="leased")
    assert answer["Location"] == f"/tasks/{task.pk}/"
    return task


def verdict(task: ReviewTask, value: str, **fields) -> dict:
    items = [item.pk for item in task.items.filter(resolution="")]
    return {"token": task.token, "verdict": value, "items": items, **fields}


def ten_seconds_pass() -> None:
    services.commit_due(now=timezone.now() + timedelta(seconds=11))


def test_the_queue_shows_why_a_case_is_here(clock, alice, client_of) -> None:
    hold(now=clock, amount="1284.00", customer_id="C-204418")
    services.open_cases(now=clock)
    page = client_of(alice).get("/queue/").content.decode()
    assert "The amount is 31 × this customer’s 30-day mean." in page
    assert "C-204418" in page and "€1,284.00" in page and "High value" in page
    assert "1 open case worth €1,284." in page


def test_an_empty_queue_says_what_happens_next(alice, client_of) -> None:
    page = client_of(alice).get("/queue/").content.decode()
    assert "The queue is empty" in page and "Nothing open. Nobody holds a case." in page


def test_filters_that_match_nothing_offer_to_drop_them(clock, alice, client_of) -> None:
    hold(now=clock, amount="20")
    services.open_cases(now=clock)
    page = client_of(alice).get("/queue/?amount=over-1000").content.decode()
    assert "No case matches." in page and "Drop the filters" in page


def test_the_next_case_opens_and_can_be_decided(clock, alice, client_of) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "What the model says" in page and "0.71" in page and "review from 0.30" in page
    answer = client.post(f"/tasks/{task.pk}/verdict/", verdict(task, "legitimate"))
    assert answer["Location"] == f"/queue/?decided={task.pk}"
    page = client.get(answer["Location"]).content.decode()
    assert "The payment will be released." in page and f"/tasks/{task.pk}/undo/" in page
    ten_seconds_pass()
    assert Disposition.objects.get().action == "release"
    assert "The payment was released." in client.get(answer["Location"]).content.decode()


def test_the_next_task_opens_by_itself(clock, alice, client_of) -> None:
    hold(now=clock)
    hold(now=clock)
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    answer = client.post(f"/tasks/{task.pk}/verdict/", verdict(task, "cannot_tell"))
    following = ReviewTask.objects.get(status="leased")
    assert answer["Location"] == f"/tasks/{following.pk}/?decided={task.pk}"


def test_fraud_without_a_reason_keeps_case_and_note(clock, alice, client_of) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    sent = verdict(task, "fraud", note="Locker is new")
    answer = client.post(f"/tasks/{task.pk}/verdict/", sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "A fraud verdict needs a reason." in page and 'value="Locker is new"' in page
    assert not Verdict.objects.exists()


def test_fraud_with_a_reason_and_another_disposition(clock, alice, client_of) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    chosen = {"reason_code": "account_takeover", "disposition": "step_up", "active_seconds": "12.5"}
    client.post(f"/tasks/{task.pk}/verdict/", verdict(task, "fraud", **chosen))
    ten_seconds_pass()
    assert Disposition.objects.get().action == "step_up"
    assert Verdict.objects.get().active_seconds == 12.5


def test_one_payment_of_a_case_can_differ(clock, alice, client_of) -> None:
    for _ in range(2):
        hold(now=clock, customer_id="victim")
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    first = task.items.earliest("pk")
    sent = verdict(task, "fraud", reason_code="other", **{f"verdict-{first.pk}": "legitimate"})
    client.post(f"/tasks/{task.pk}/verdict/", sent)
    ten_seconds_pass()
    values = dict(Verdict.objects.values_list("item_id", "value"))
    assert values.pop(first.pk) == "legitimate" and set(values.values()) == {"fraud"}


def test_payments_that_arrived_meanwhile_are_marked_new(clock, alice, client_of) -> None:
    hold(now=clock, customer_id="victim")
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    hold(now=clock, customer_id="victim")
    services.open_cases(now=timezone.now())
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert page.count('<tr class=" is-new"') + page.count('is-selected is-new"') == 1
    assert "2 wait" in page


def test_a_lost_lease_keeps_the_note(clock, alice, bob, client_of) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    sent = verdict(task, "legitimate", note="Would call the customer")
    services.expire_leases(now=clock + timedelta(minutes=11))
    services.claim_task(reviewer=bob, now=timezone.now())
    answer = client.post(f"/tasks/{task.pk}/verdict/", sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Your lease ended, and Bob took this case." in page
    assert "Would call the customer" in page and "Next case" in page
    assert 'name="verdict"' not in page


@pytest.mark.parametrize(("how", "lane"), [("skip", "value"), ("escalate", "escalated")])
def test_a_case_can_be_given_away_with_a_reason(clock, alice, bob, client_of, how, lane) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    client.post(f"/tasks/{task.pk}/{how}/", {"token": task.token, "reason": "My neighbour"})
    task.refresh_from_db()
    assert (task.status, task.lane) == ("open", lane)
    assert TaskSkip.objects.get().reason == "My neighbour"


def test_ten_more_minutes(clock, alice, client_of) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    sent = {"token": task.token}
    answer = client.post(f"/tasks/{task.pk}/extend/", sent, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 204 and answer["X-Lease-Until"] > task.leased_until.isoformat()
    assert client.post(f"/tasks/{task.pk}/extend/", sent)["Location"] == f"/tasks/{task.pk}/"


def test_a_case_can_be_read_by_others(clock, alice, lea, client_of) -> None:
    payment = hold(now=clock)
    services.open_cases(now=clock)
    task = claim(client_of(alice))
    page = client_of(lea).get(f"/cases/{task.case_id}/").content.decode()
    assert "In review" in page and "Alice" in page and payment.external_id in page
    assert 'name="verdict"' not in page


def test_whoever_holds_a_case_decides_it_instead_of_reading(clock, alice, client_of) -> None:
    hold(now=clock)
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    assert client.get(f"/cases/{task.case_id}/")["Location"] == f"/tasks/{task.pk}/"


def test_linked_payments_say_what_they_share(clock, alice, client_of) -> None:
    pay(now=clock, device_id="phone-1", customer_id="other-customer")
    hold(now=clock, device_id="phone-1")
    services.open_cases(now=clock)
    client = client_of(alice)
    page = client.get(f"/tasks/{claim(client).pk}/").content.decode()
    assert "other-customer" in page and '<td class="soft">device</td>' in page


def test_unknown_tasks_and_cases_are_not_found(alice, client_of) -> None:
    client = client_of(alice)
    assert client.get("/tasks/999999/").status_code == 404
    assert client.get("/cases/999999/").status_code == 404


@pytest.mark.parametrize("size", [3, 30])
def test_the_queue_page_takes_a_fixed_number_of_queries(
    clock, alice, client_of, django_assert_max_num_queries, size
) -> None:
    for _ in range(size):
        hold(now=clock)
    services.open_cases(now=clock)
    client = client_of(alice)
    client.get("/queue/")
    with django_assert_max_num_queries(17):
        client.get("/queue/")


@pytest.mark.parametrize("size", [1, 25])
def test_the_case_page_takes_a_fixed_number_of_queries(
    clock, alice, client_of, django_assert_max_num_queries, size
) -> None:
    for number in range(size):
        hold(now=clock, customer_id="victim", device_id="phone")
        pay(now=clock, device_id="phone", customer_id=f"other-{number}")
        hold(now=clock, amount="1.00", device_id="phone", customer_id=f"open-{number}")
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    with django_assert_max_num_queries(39):
        page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "victim" in page and 'name="linked"' in page


def test_after_a_blind_verdict_the_opinion_appears_and_a_second_thought_counts_beside_it(
    clock, alice, client_of
) -> None:
    draw_for_audit("approve", now=clock)
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    answer = client.post(f"/tasks/{task.pk}/verdict/", verdict(task, "legitimate"))
    assert answer["Location"] == f"/tasks/{task.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "You said Legitimate before you saw the score." in page
    assert "What the model says" in page
    client.post(f"/tasks/{task.pk}/change/", {"verdict": "fraud", "reason_code": "stolen_card"})
    first, second = Verdict.objects.order_by("pk")
    assert (first.value, first.blind, second.value, second.blind) == (
        "legitimate",
        True,
        "fraud",
        False,
    )
    assert second.supersedes == first
    assert Disposition.objects.get().action == "void"


def test_a_verdict_can_be_applied_to_linked_payments(clock, alice, client_of) -> None:
    hold(now=clock, amount="900.00", device_id="phone")
    linked = hold(now=clock, device_id="phone")
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "Apply to linked" in page and "Decline if fraud, release if legitimate" in page
    assert f'value="{linked.external_id}"' in page
    answer = client.post(
        f"/tasks/{task.pk}/verdict/", verdict(task, "legitimate", linked=[linked.external_id])
    )
    assert list(Disposition.objects.values_list("action", flat=True)) == ["release", "release"]
    told = client.get(answer["Location"]).content.decode()
    assert "The same for 1 linked payment." in told


def test_linked_payments_that_a_colleague_has_are_shown_with_the_name(
    clock, alice, bob, client_of
) -> None:
    hold(now=clock, amount="900.00", device_id="phone")
    hold(now=clock, device_id="phone")
    services.open_cases(now=clock)
    client = client_of(alice)
    task = claim(client)
    services.claim_task(reviewer=bob, now=timezone.now())
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "Bob has it." in page and 'name="linked"' not in page
