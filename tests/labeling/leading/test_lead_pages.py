"""The steps of leads in the browser, without scripts."""

import pytest
from django.utils import timezone

from labeling import services
from labeling.models import DeskAction, ReviewCase, Reviewer, ReviewQueue, ReviewTask
from labeling.selectors.surge import surge_active
from scoring.models import Disposition
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db
REASON = "A reason that says why."


@pytest.fixture
def held(clock, alice) -> ReviewTask:
    hold(now=clock, merchant_id="shop")
    services.open_cases(now=clock)
    return services.claim_task(reviewer=alice, now=clock)


def test_a_case_changes_hands(held, bob, lea, client_of) -> None:
    client = client_of(lea)
    page = client.get(f"/team/tasks/{held.pk}/").content.decode()
    assert "Take it from Alice" in page and ">Bob<" in page and ">Alice<" not in page
    sent = {"do": "reassign", "target": bob.pk, "reason": REASON}
    answer = client.post(f"/team/tasks/{held.pk}/", sent, follow=True)
    assert f"Case {held.case_id:,} is with Bob for ten minutes." in answer.content.decode()
    assert ReviewTask.objects.get().leased_by == bob


def test_without_a_reason_nothing_changes(held, alice, lea, client_of) -> None:
    answer = client_of(lea).post(f"/team/tasks/{held.pk}/", {"do": "reassign", "reason": ""})
    page = answer.content.decode()
    assert answer.status_code == 400 and "Nothing was changed: Say why" in page
    assert ReviewTask.objects.get().leased_by == alice


def test_a_case_changes_its_queue(held, lea, client_of) -> None:
    high = ReviewQueue.objects.get(name="high-value")
    sent = {"do": "move", "queue": high.pk, "reason": REASON}
    client_of(lea).post(f"/team/tasks/{held.pk}/", sent)
    assert ReviewTask.objects.get().queue == high


def test_a_case_goes_on_without_its_customer(held, alice, clock, lea, client_of) -> None:
    services.wait_for_customer(
        task_id=held.pk, token=held.token, reviewer=alice, question="Was it you?", now=clock
    )
    client = client_of(lea)
    assert "Go on without the customer" in client.get(f"/team/tasks/{held.pk}/").content.decode()
    client.post(f"/team/tasks/{held.pk}/", {"do": "resume", "reason": REASON})
    assert ReviewTask.objects.get().status == "open"
    assert DeskAction.objects.get().kind == "resume"


def test_a_queue_is_paused_moved_and_resumed(held, lea, client_of) -> None:
    general = ReviewQueue.objects.get(name="general")
    high = ReviewQueue.objects.get(name="high-value")
    client = client_of(lea)
    for how in ("pause", "move", "resume"):
        address = f"/team/queues/{general.pk}/{how}/"
        assert client.get(address).status_code == 200
        client.post(address, {"reason": REASON, "target": high.pk})
    kinds = DeskAction.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["pause", "move", "unpause"]


def test_limits_are_set(alice, lea, client_of) -> None:
    client = client_of(lea)
    address = f"/team/people/{alice.pk}/"
    assert "any amount" in client.get(address).content.decode()
    sent = {"minutes_per_day": "300", "authority": "2,500.00", "reason": REASON}
    client.post(address, sent)
    row = Reviewer.objects.get(user=alice)
    assert (row.minutes_per_day, row.authority) == (300, 2500)


@pytest.mark.parametrize("authority", ["-1", "many", "1e400", "NaN", "-1e400", "0.001"])
def test_an_impossible_authority_is_told_and_kept_in_the_form(
    alice, lea, client_of, authority
) -> None:
    sent = {"minutes_per_day": "300", "authority": authority, "reason": REASON}
    answer = client_of(lea).post(f"/team/people/{alice.pk}/", sent)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "An amount above zero, or nothing." in page and f'value="{authority}"' in page


def test_duty_is_switched_by_leads_and_by_oneself(alice, lea, client_of) -> None:
    client_of(lea).post(f"/team/people/{alice.pk}/duty/", {"on_duty": "0"})
    assert not Reviewer.objects.get(user=alice).on_duty
    client = client_of(alice)
    assert "Off duty" in client.get("/queue/").content.decode()
    client.post("/duty/", {"on_duty": "1"})
    assert Reviewer.objects.get(user=alice).on_duty
    assert "On duty" in client.get("/queue/").content.decode()


def test_a_surge_begins_and_ends(lea, client_of) -> None:
    client = client_of(lea)
    client.post("/team/surge/", {"hours": "3", "reason": REASON})
    assert surge_active(timezone.now())
    assert "End the surge" in client.get("/team/surge/").content.decode()
    client.post("/team/surge/", {"end": "1", "reason": REASON})
    assert not surge_active(timezone.now())


def test_a_closed_case_is_reopened_from_its_page(clock, alice, bob, lea, client_of) -> None:
    draw_for_audit("block", now=clock)
    services.open_cases(now=clock)
    task = services.claim_task(reviewer=alice, now=clock)
    alices = client_of(alice)
    items = [task.items.get().pk]
    alices.post(
        f"/tasks/{task.pk}/verdict/",
        {"token": task.token, "verdict": "legitimate", "items": items},
    )
    assert "Reopen" not in alices.get(f"/cases/{task.case_id}/").content.decode()
    client = client_of(lea)
    address = f"/team/cases/{task.case_id}/reopen/"
    assert f'href="{address}"' in client.get(f"/cases/{task.case_id}/").content.decode()
    client.post(address, {"reason": REASON})
    assert ReviewCase.objects.get().status == "open"


def test_bulk_shows_first_and_disposes_after_a_reason(clock, lea, client_of) -> None:
    for _ in range(3):
        hold(now=clock, merchant_id="shop", amount="50")
    hold(now=clock, merchant_id="other")
    services.open_cases(now=clock)
    client = client_of(lea)
    first = client.get("/team/dispositions/").content.decode()
    assert "would be" not in first.split('<main id="main"')[1]
    page = client.get("/team/dispositions/?do=decline&merchant=shop")
    assert "3 payments, €150.00, would be declined" in page.content.decode()
    items = [row.item.pk for row in page.context["preview"].rows]
    sent = {"do": "decline", "merchant": "shop", "items": items}
    refused = client.post("/team/dispositions/", {**sent, "reason": ""})
    assert refused.status_code == 400 and not Disposition.objects.exists()
    assert "3 payments, €150.00, would be declined" in refused.content.decode()
    done = client.post("/team/dispositions/", {**sent, "reason": REASON}, follow=True)
    assert "3 payments, €150.00, declined." in done.content.decode()
    assert Disposition.objects.filter(action="decline", cause="override").count() == 3


def test_bulk_says_what_a_colleague_holds(held, lea, client_of) -> None:
    page = client_of(lea).get("/team/dispositions/?do=approve").content.decode()
    assert "Stays. Alice has it in hand." in page and "Nothing would happen" in page


@pytest.mark.parametrize(
    "address",
    ["/team/tasks/99/", "/team/people/99/", "/team/queues/99/pause/", "/team/cases/99/reopen/"],
)
def test_what_is_not_there_is_not_found(lea, client_of, address) -> None:
    client = client_of(lea)
    assert client.get(address).status_code == 404
    assert client.post(address, {"reason": REASON}).status_code == 404
