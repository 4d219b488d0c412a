"""An installation in full swing, for calls that a generator makes up."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.domain.statements import AppealRecord
from labeling.models import Appeal, PendingVerdict, ReviewTask
from labeling.services.pending import Given
from monitoring.models import TrainingRun
from monitoring.services.reports import run_report
from scoring.access import SCOPES
from scoring.models import (
    ModelVersion,
    Transaction,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from scoring.services import score_pending
from scoring.services.api_keys import create_api_key
from scoring.services.intake import accept_items
from tests.labeling.payments import draw_for_audit
from tests.monitoring.decided import Answers, add_decided
from tests.monitoring.samples import vectors_around
from tests.monitoring.test_drift_report import remember
from tests.versions import add_policy, add_version, put_into_production

# Decided, waiting, plain history, and an id that must be percent-encoded in an address.
DECIDED, WAITING, HISTORY, AWKWARD = "decided", "waiting", "history", "a/b c%2Fd?e#f+ü"
KNOWN = (DECIDED, WAITING, HISTORY, AWKWARD)
REVIEWED = 60
# A public address, so that no name has to be looked up; nothing is sent there.
WEBHOOK = "https://93.184.216.34/hook"


def build() -> dict[str, str]:
    """Fill an empty database; return Authorization headers by what they open."""
    now = timezone.now() - timedelta(minutes=2)
    vera = _person_of_all_roles()
    _colleague()
    version = _models(vera)
    _payments()
    _reports(version)
    services.open_cases(now=timezone.now())
    services.claim_task(reviewer=vera, now=timezone.now())
    TrainingRun.objects.create(
        status="succeeded", trigger="button", feature_set="card", requested_at=now, progress=1
    )
    return {
        "all": _key(vera, *SCOPES),
        "powerless": _key(None, "labels:backdate"),
        "wrong": "Api-Key 0123456789abcdef.wrong",
    }


def _colleague() -> None:
    """Somebody who is left where the key's person skips a task."""
    User.objects.create_user("wim").groups.set(Group.objects.filter(name="analyst"))


def _key(person: User | None, *scopes: str) -> str:
    _, secret = create_api_key(
        name="fuzz",
        scopes=list(scopes),
        now=timezone.now() - timedelta(hours=1),
        acts_for=person,
        created_by=person,
    )
    return f"Api-Key {secret}"


def held_task() -> ReviewTask:
    """A task that the key's person holds; waiting ones are added where none is left."""
    vera = User.objects.get(username="vera")
    task = services.claim_task(reviewer=vera, now=timezone.now())
    if task is None:
        send_for_review("more", 20)
        services.open_cases(now=timezone.now())
        task = services.claim_task(reviewer=vera, now=timezone.now())
    assert task is not None
    return task


def undoable() -> PendingVerdict:
    """A verdict of the key's person that can still be taken back."""
    waiting = PendingVerdict.objects.filter(end="").first()
    while waiting is None:
        waiting = _judge(held_task()).pending
    return waiting


def judged_blind() -> ReviewTask:
    """A task that the key's person judged blind, without a second thought as yet."""
    judged = ReviewTask.objects.filter(blind=True, status="done", done_by__username="vera")
    known = judged.exclude(verdicts__supersedes__isnull=False).first()
    if known:
        return known
    payment = draw_for_audit("block", now=timezone.now())
    services.open_cases(now=timezone.now())
    while True:
        task = _judge(held_task()).task
        if task.items.filter(transaction=payment).exists():
            return task


def _judge(task: ReviewTask) -> Given:
    return services.give_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=User.objects.get(username="vera"),
        said=services.Said(Judgement(VerdictValue.LEGITIMATE)),
        now=timezone.now(),
    )


def declined() -> Transaction:
    """A payment that was declined and not appealed yet."""
    (number,) = add_decided("block", 1, at=timezone.now() - timedelta(hours=1))
    return Transaction.objects.get(pk=number)


def appeal() -> Appeal:
    """An appeal that waits for its decision."""
    known = Appeal.objects.first()
    if known:
        return known
    filed, _ = services.file_appeal(
        external_id=declined().external_id,
        record=AppealRecord("It was me."),
        filed_by=User.objects.get(username="vera"),
        now=timezone.now(),
    )
    return filed


def webhook() -> WebhookEndpoint:
    """An endpoint; a new one where the last was deleted."""
    return WebhookEndpoint.objects.filter(deleted_at=None).first() or new_webhook()


def new_webhook() -> WebhookEndpoint:
    """An endpoint that nothing was done with."""
    return WebhookEndpoint.objects.create(
        name="shop", url=WEBHOOK, events=["decision.final"], created_at=timezone.now()
    )


def failed_delivery() -> WebhookDelivery:
    """A delivery to that endpoint that was given up."""
    now = timezone.now()
    event = WebhookEvent.objects.create(
        type="decision.final", occurred_at=now, subject="payment 1", data={}
    )
    return WebhookDelivery.objects.create(
        endpoint=webhook(),
        event=event,
        subject="payment 1",
        state="failed",
        attempts=11,
        next_attempt_at=now,
        finished_at=now,
    )


def finish_training() -> None:
    """End the run that waits, so that the next one may be asked for."""
    TrainingRun.objects.filter(status="queued").update(status="failed", error_code="no_rows")


def send_for_review(prefix: str, count: int) -> None:
    """Send payments that the model finds neither good nor bad, and decide them."""
    start = Transaction.objects.count()
    _send(
        {
            "external_id": f"{prefix}-{start + number}",
            "amount": "205.00",
            "customer_id": f"c{start + number}",
        }
        for number in range(count)
    )
    score_pending(clock=timezone.now)


def _person_of_all_roles() -> User:
    vera = User.objects.create_user("vera", "vera@example.com")
    vera.groups.set(Group.objects.filter(name__in=("lead", "analyst", "admin")))
    return vera


def _models(vera: User) -> ModelVersion:
    now = timezone.now() - timedelta(hours=3)
    versions = [add_version(now=now, seed=seed) for seed in range(12)]
    for version in versions[:4]:
        put_into_production(version, by=vera, now=now)
    for version in versions[4:8]:
        add_policy(version, now=now)
    return versions[3]


def _payments() -> None:
    send_for_review("review", REVIEWED)
    _send(
        [{"external_id": DECIDED, "amount": "20.00"}, {"external_id": AWKWARD, "amount": "30.00"}]
    )
    score_pending(clock=timezone.now)
    add_decided("approve", 1, at=timezone.now() - timedelta(days=1), external_id="x")
    _send([{"external_id": WAITING, "amount": "20.00"}])


def _reports(version: ModelVersion) -> None:
    now = timezone.now()
    at = now - timedelta(hours=2)
    add_decided("review", 60, at=at, answers=Answers(20, 40))
    for moment in (version.trained_from + timedelta(days=3), at):
        remember(version, add_decided("approve", 600, at=moment), vectors_around(50.0, 600))
    for kind in ("performance", "drift"):
        run_report(kind=kind, now=now)


def _send(payments: Any) -> None:
    now = timezone.now()
    common = {"occurred_at": now.isoformat(), "currency": "EUR", "merchant_id": "M1"}
    acceptance = accept_items([{**common, **payment} for payment in payments], now=now)
    assert not acceptance.errors, acceptance.errors
