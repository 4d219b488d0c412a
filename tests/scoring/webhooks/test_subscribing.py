"""What is announced, and what that costs: no statement of its own, and one write if heard."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling.services import open_cases
from scoring.models import Disposition, WebhookDelivery, WebhookEvent
from scoring.services import dispose
from scoring.services.webhooks import announce_final_decisions, delete_endpoint, pause_endpoint

pytestmark = pytest.mark.django_db


def queries_of(work: Any) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return [query["sql"] for query in captured]


def about_webhooks(queries: list[str]) -> list[str]:
    """The statements that are about nothing else; the question rides on one that is made anyway."""
    return [sql for sql in queries if "webhook" in sql and "scoring_policyactivation" not in sql]


def decide_many(send: Any, decide_now: Any, first: int, number: int = 20) -> list[str]:
    for each in range(first, first + number):
        send(f"p{each}", amount="500.00" if each % 2 else "20.00")
    return queries_of(decide_now)


def test_a_batch_writes_once_if_heard(production_model, send, decide_now, shop, subscribe):
    alone = decide_many(send, decide_now, 0)
    assert about_webhooks(alone) == []
    subscribe(shop.url)
    heard = decide_many(send, decide_now, 100)
    assert len(about_webhooks(heard)) == 1
    assert WebhookEvent.objects.count() == WebhookDelivery.objects.count() == 20


def test_a_batch_of_reviews_alone_writes_nothing(
    production_model, send, decide_now, shop, subscribe
):
    subscribe(shop.url)
    send(amount="150.00")
    assert about_webhooks(queries_of(decide_now)) == []
    assert WebhookEvent.objects.count() == 0


def test_a_review_is_announced_with_its_disposition(
    production_model, send, decide_now, shop, subscribe, deliver, clock, alice
):
    subscribe(shop.url)
    payment = send(amount="150.00")
    decide_now()
    for action, cause in (("step_up", "verdict"), ("release", "timeout"), ("void", "appeal")):
        dispose(transaction=payment, action=action, cause=cause, now=clock())
    deliver()
    told = [(each.told["cause"], each.data["final_outcome"]) for each in shop.requests]
    # A challenge is not an outcome; the appeal is a second one.
    assert told == [("timeout", "approve"), ("appeal", "block")]
    assert [each.data["disposition"] for each in shop.requests] == ["release", "void"]
    assert len({each.headers["webhook-id"] for each in shop.requests}) == 2


def test_an_earlier_outcome_is_told_as_it_was(
    production_model, send, decide_now, shop, subscribe, deliver, clock
):
    """Bodies are made when they are sent, from rows that are never edited."""
    subscribe(shop.url)
    payment = send(amount="20.00")
    decide_now()
    dispose(transaction=payment, action="void", cause=Disposition.Cause.APPEAL, now=clock())
    deliver()
    first, second = (each.data for each in shop.requests)
    assert (first["disposition"], first["final_outcome"]) == (None, "approve")
    assert (second["disposition"], second["final_outcome"]) == ("void", "block")


def test_a_failed_batch_announces_nothing(production_model, send, now, shop, subscribe):
    from django.db import transaction

    subscribe(shop.url)
    payment = send()
    with pytest.raises(RuntimeError), transaction.atomic():
        announce_final_decisions([payment.pk], now=now)
        raise RuntimeError
    assert not WebhookEvent.objects.exists()


def test_a_disposition_without_subscribers_costs_one_query(production_model, send, decide_now, now):
    payment = send(amount="150.00")
    decide_now()
    queries = queries_of(
        lambda: dispose(transaction=payment, action="release", cause="timeout", now=now)
    )
    assert len(about_webhooks(queries)) == 1


def test_a_closed_case_tells_what_became_of_its_payments(
    production_model, send, decide_now, shop, subscribe, deliver, clock
):
    from labeling.services import expire_deadlines

    subscribe(shop.url, "case.closed")
    send(amount="150.00")
    decide_now()
    open_cases(now=clock())
    clock.forward(days=1)
    expire_deadlines(now=clock())
    deliver()
    (request,) = shop.requests
    assert request.told["type"] == "case.closed"
    assert request.data["kind"] == "review"
    assert request.data["payments"] == [
        {"external_id": "p1", "resolution": "timeout", "verdict": None}
    ]
    assert request.data["closed_at"] == "2026-11-20T12:00:00Z"


def test_a_decided_appeal_is_told_after_the_outcome_that_it_changed(
    production_model, send, decide_now, shop, subscribe, deliver, clock, alice, sam
):
    from tests.labeling.support import LEGITIMATE, appeal, judge

    subscribe(shop.url, "decision.final", "appeal.decided")
    payment = send(amount="900.00")
    decide_now()
    filed = appeal(payment, sam, now=clock(), reference="T-1")
    judge(alice, LEGITIMATE, now=clock())
    deliver()
    at_once, final, told = shop.requests
    assert at_once.data["final_outcome"] == "block"
    assert (final.told["cause"], final.data["final_outcome"]) == ("appeal", "approve")
    assert told.told["type"] == "appeal.decided"
    assert told.data == {
        "id": filed.pk,
        "external_id": "p1",
        "status": "granted",
        "reference": "T-1",
        "filed_at": "2026-11-19T12:00:00Z",
        "decided_at": "2026-11-19T12:00:00Z",
    }


def test_every_stage_change_is_told_in_order(
    settings, tmp_path, dana, now, shop, subscribe, deliver
):
    from tests.versions import add_version, put_into_production

    settings.FRAUDREVIEW_MODELS = tmp_path
    subscribe(shop.url, "model.stage_changed")
    put_into_production(add_version(now=now), by=dana, now=now)
    put_into_production(add_version(now=now), by=dana, now=now)
    deliver()
    moves = [(each.data["model_version"], each.data["to_stage"]) for each in shop.requests]
    assert moves == [
        (1, "candidate"), (1, "production"), (2, "candidate"), (1, "archived"), (2, "production"),
    ]  # fmt: skip
    assert all("by" not in each.data and "dana" not in str(each.data) for each in shop.requests)


def test_a_paused_endpoint_hears_later_a_deleted_one_never(shop, subscribe, tell, deliver, now):
    from scoring.services.webhooks import resume_endpoint

    paused = subscribe(f"{shop.url}/paused", "model.stage_changed")
    deleted = subscribe(f"{shop.url}/deleted", "model.stage_changed")
    pause_endpoint(endpoint=paused, now=now)
    delete_endpoint(endpoint=deleted, now=now)
    tell()
    assert deliver() == 0
    resume_endpoint(endpoint=paused)
    deliver()
    assert [request.path for request in shop.requests] == ["/hooks/paused"]
