"""Half an hour at the desk without a mouse: thirty cases, and all that can come between them."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from labeling import services
from labeling.models import PendingVerdict, ReviewItem, ReviewTask, TaskSkip, Verdict
from labeling.services.leading.reassigning import reassign_task
from tests.browser.desk_session import DeskSession
from tests.labeling.payments import draw_for_audit, hold

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CASES = 30


@pytest.fixture
def session(committed_db: str, alice: Any, lea: Any, bob: Any, open_page: Any) -> DeskSession:
    """Alice before a queue of thirty-three cases, one of which she has to judge blind."""
    now = timezone.now()
    for number in range(CASES + 2):
        hold(now=now, amount=str(900 - number), customer_id=f"C-{number:03}")
    draw_for_audit("block", now=now, customer_id="C-blind")
    services.open_cases(now=now)
    page, complaints = open_page("/queue/", person=alice)
    desk = DeskSession(page)
    desk.complaints = complaints  # type: ignore[attr-defined]
    return desk


def grow(session: DeskSession) -> None:
    """One more payment of the customer whose case is on the screen."""
    task = ReviewTask.objects.get(pk=session.task())
    now = timezone.now()
    hold(now=now, amount="12.34", customer_id=task.case.entity_key)
    services.open_cases(now=now)


def test_thirty_cases_without_a_mouse(session: DeskSession, capsys: Any) -> None:
    session.go_on("n")
    between = {
        4: undo_and_think_again,
        8: lambda session: session.say_why("s", "A relative of mine"),
        12: lambda session: session.say_why("e", "Above what I decide"),
        16: lose_the_lease,
        20: watch_it_grow,
    }
    blind = 0
    while judged() < CASES:
        if session.is_blind():
            judge_blind(session)
            blind += 1
        elif happens := next((number for number in between if number <= judged()), None):
            between.pop(happens)(session)
        else:
            session.judge(*("f2", "l", "u")[judged() % 3])
    services.commit_due(now=timezone.now() + timedelta(seconds=11))
    assert (between, blind) == ({}, 1)
    tasks = Verdict.objects.filter(reviewer__username="alice").values("task").distinct()
    assert tasks.count() == CASES
    assert_nothing_was_lost()
    # The browser itself notes the answer to the key after the lease was lost; nothing else.
    (noted,) = session.complaints.messages  # type: ignore[attr-defined]
    assert "409" in noted
    with capsys.disabled():
        of = len(session.advances)
        print(f"\nverdict to next case shown: median {session.median_ms():.0f} ms of {of}")


def judged() -> int:
    """Tasks that Alice has given a verdict on, counting the one that can still be undone."""
    return ReviewTask.objects.filter(verdicts__isnull=False).distinct().count() + (
        PendingVerdict.objects.filter(end="").count()
    )


def judge_blind(session: DeskSession) -> None:
    session.press("l")
    session.page.get_by_text("before you saw the score").wait_for()
    session.go_on("k")


def undo_and_think_again(session: DeskSession) -> None:
    first = session.task()
    session.judge("l")
    assert session.task() != first
    session.go_on("z")
    assert session.task() == first
    assert ReviewTask.objects.get(pk=first).status == "leased"
    session.judge("f", "3")


def lose_the_lease(session: DeskSession) -> None:
    """A lead gives the case to Bob: Alice's key does nothing any more, and her note stays."""
    page, lost = session.page, session.task()
    session.press("n")
    page.keyboard.type("Called twice, nobody there")
    page.keyboard.press("Escape")
    reassign_task(
        task_id=lost,
        reason="Bob knows this customer from last week.",
        actor=User.objects.get(username="lea"),
        target=User.objects.get(username="bob"),
        now=timezone.now(),
    )
    session.press("l")
    page.get_by_text("Called twice, nobody there").wait_for()
    assert page.get_by_text("You do not hold this case.").is_visible()
    assert not Verdict.objects.filter(task_id=lost).exists()
    session.go_on("n")


def watch_it_grow(session: DeskSession) -> None:
    """The page says that a payment joined; the verdict covers it only once it is shown."""
    grow(session)
    link = session.page.locator("[data-news-link]")
    link.wait_for(state="visible", timeout=20_000)
    task = session.task()
    session.press("r")
    session.until("document.querySelectorAll('tr.is-new').length === 1")
    session.judge("l")
    services.commit_due(now=timezone.now() + timedelta(seconds=11))
    assert ReviewItem.objects.filter(verdicts__task_id=task).count() == 2


def assert_nothing_was_lost() -> None:
    """Every item is judged once by Alice, or waits in a task that somebody can take."""
    # Skipped, escalated, and taken away by the lead: none of them comes back to Alice.
    assert TaskSkip.objects.filter(reviewer__username="alice").count() == 3
    waiting = ReviewItem.objects.filter(resolution="").select_related("task")
    assert {item.task.status for item in waiting} <= {"open", "leased"}
    for item in ReviewItem.objects.all():
        assert item.verdicts.filter(reviewer__username="alice", supersedes=None).count() <= 1
