"""A small company with something on every page."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import ReviewTask
from scoring.models import StageChange
from tests.labeling.payments import draw_for_audit, hold, policy_with_model
from tests.labeling.support import appeal, block, say

LEGITIMATE = Judgement(VerdictValue.LEGITIMATE)
FRAUD = Judgement(VerdictValue.FRAUD, "stolen_card")
NOBODY = None


def person(name: str, role: str) -> User:
    """One of the cast, made where missing."""
    user, _ = User.objects.get_or_create(
        username=name, defaults={"email": f"{name}@example.com", "first_name": name.title()}
    )
    user.groups.add(Group.objects.get(name=role))
    user.is_staff = role == "admin"
    user.save()
    return user


def furnish() -> dict[User | None, list[str]]:
    """Fill the database; return which pages to open as whom."""
    now = timezone.now()
    StageChange.objects.create(
        model_version=policy_with_model(now=now).model_version,
        to_stage="production",
        changed_at=now,
        reason="The only one there is.",
    )
    alice, bob, lea = person("alice", "analyst"), person("bob", "analyst"), person("lea", "lead")
    revealed = _blind(alice, now)
    services.record_verdict(
        task_id=revealed.pk, token=revealed.token, reviewer=alice, judgements=LEGITIMATE, now=now
    )
    blind = _blind(bob, now)
    attack = _attack(now)
    work = services.claim_task(reviewer=alice, now=now)
    assert work is not None
    lost = _judged(lea, now)
    for number in range(3):
        hold(now=now, amount=str(80 + number))
    services.open_cases(now=now)
    return {
        NOBODY: ["/login/"],
        alice: _analysts_pages([work, revealed, lost], lost.case_id, attack),
        bob: [f"/tasks/{blind.pk}/", f"/transactions/{blind.items.get().transaction.external_id}/"],
        lea: _leads_pages(work, lost, alice),
        person("sam", "support"): _supports_pages(person("sam", "support"), now),
        person("max", "manager"): [
            "/dashboards/executive/",
            "/dashboards/drift/",
            "/dashboards/review/",
        ],
        person("dana", "admin"): ADMINS_PAGES,
    }


ADMINS_PAGES = [
    "/models/",
    "/policies/",
    "/policies/audits/",
    "/policies/new/",
    "/webhooks/",
    "/webhooks/new/",
    "/api/docs/",
    "/no-such-page/",
]


def _analysts_pages(tasks: list[ReviewTask], case_id: int, attack: str) -> list[str]:
    return [
        "/queue/",
        "/queue/?amount=over-1000&channel=web",
        "/practice/",
        "/me/",
        *(f"/tasks/{task.pk}/" for task in tasks),
        f"/cases/{case_id}/",
        "/transactions/",
        "/transactions/?q=nothing-like-this",
        f"/transactions/{attack}/",
    ]


def _leads_pages(work: ReviewTask, lost: ReviewTask, analyst: User) -> list[str]:
    return [
        "/queue/",
        "/team/",
        "/team/surge/",
        "/team/dispositions/?do=decline",
        f"/team/tasks/{work.pk}/",
        f"/team/people/{analyst.pk}/",
        f"/team/cases/{lost.case_id}/reopen/",
        f"/me/{analyst.username}/",
        "/dashboards/review/",
    ]


def _supports_pages(sam: User, now: datetime) -> list[str]:
    appealed, declined, word = _called(sam, now)
    return [
        "/transactions/",
        "/support/",
        "/support/?q=C-called",
        "/support/?q=nothing-like-this",
        f"/support/{appealed}/",
        f"/support/{appealed}/?correct={word}",
        f"/support/{declined}/",
    ]


def _blind(holder: User, now: datetime) -> ReviewTask:
    """A blind task in the hand of this person."""
    draw_for_audit("block", now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=holder, now=now)
    assert task is not None and task.blind
    return task


def _attack(now: datetime) -> str:
    """Four payments of one customer that wait in one case; the id of the last."""
    for number in range(4):
        payment = hold(
            now=now - timedelta(minutes=number),
            customer_id="C-attacked",
            amount=str(900 + number),
            device_id="D-1",
        )
    services.open_cases(now=now)
    return str(payment.external_id)


def _called(sam: User, now: datetime) -> tuple[str, str, int]:
    """A payment whose customer called and appeals, one that was declined, and their word."""
    appealed, declined = (block(now=now, customer_id="C-called") for _ in range(2))
    word = say(appealed, "confirms", sam, now=now, reference="T-1")
    appeal(appealed, sam, now=now)
    return appealed.external_id, declined.external_id, word.pk


def _judged(reviewer: User, now: datetime) -> ReviewTask:
    hold(now=now, amount="5000")
    services.open_cases(now=now)
    task: Any = services.claim_task(reviewer=reviewer, now=now)
    services.record_verdict(
        task_id=task.pk, token=task.token, reviewer=reviewer, judgements=FRAUD, now=now
    )
    return task
