"""Known ids and plausible values in generated calls: made-up ones would all be answered 404."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.fuzzing import world
from tests.fuzzing.checks import LINES

Draw = Callable[[st.SearchStrategy[Any]], Any]
MOSTLY = st.sampled_from([True, True, True, False])
TASK_CALLS = {
    "record_verdict",
    "extend_lease",
    "release_task",
    "skip_task",
    "escalate_task",
    "wait_for_customer",
    "list_linked_payments",
    "read_task",
    "undo_verdict",
    "change_verdict",
}
REASON = "A reason of at least twenty characters."
WORDS = st.text("abcäß 木-_/%'\"\\<", min_size=1, max_size=20)
PLAUSIBLE: dict[str, Any] = {
    "currency": st.sampled_from(["EUR", "usd", "JPY"]),
    "amount": st.sampled_from(["20.00", 205, 19.99, "-3.5", "0"]),
    "country": st.sampled_from(["DE", "nl"]),
    "billing_country": st.just("FR"),
    "shipping_country": st.just("PL"),
    "email": st.emails(),
    "payment_stage": st.sampled_from(["authorized", "Captured"]),
    "customer_since": st.dates(date(1950, 1, 1), date(2026, 1, 1)).map(str),
    "customer_id": WORDS,
    "card_id": WORDS,
    "merchant_id": st.integers(0, 10**15),
    "device_id": WORDS,
    "payment_method": WORDS,
    "channel": WORDS,
    "attributes": st.dictionaries(WORDS, WORDS | st.booleans() | st.integers(), max_size=3),
    "external_id": st.builds("{}{}".format, st.text(max_size=8), st.uuids()),
    "url": st.just(world.WEBHOOK),
    "events": st.just(["decision.final"]),
    "stage": st.sampled_from(["production", "archived", "rolled_back", "candidate"]),
    "policy": st.sampled_from([1, 3, 6]),
    "model_version": st.sampled_from([None, 4, 5]),
    "review_threshold": st.sampled_from([0.1, 0.3, None]),
    "block_threshold": st.sampled_from([0.9, 1, None]),
}


def known_path(name: str, draw: Draw) -> dict[str, Any]:
    """Values for the address of most calls: things that are there."""
    if not draw(MOSTLY):
        return {}
    if name in TASK_CALLS:
        return {"task_id": _known_task(name)}
    if name.endswith("webhook_delivery"):
        return {"number": world.webhook().pk, "delivery": world.failed_delivery().pk}
    if name == "rotate_webhook_secret":
        return {"number": world.new_webhook().pk}
    if "webhook" in name and name not in {"create_webhook", "list_webhooks"}:
        return {"number": world.webhook().pk}
    if name == "read_appeal":
        return {"number": world.appeal().pk}
    if name == "change_stage":
        return {"number": draw(st.integers(1, 12))}
    if name in {"read_decision", "read_transaction", "record_statement", "send_event"}:
        return {"external_id": draw(st.sampled_from(world.KNOWN))}
    return {}


def _known_task(name: str) -> int:
    if name == "undo_verdict":
        return world.undoable().task_id
    return world.judged_blind().pk if name == "change_verdict" else world.held_task().pk


def make_plausible(case: Any, name: str, draw: Draw) -> None:
    """Put values that mean something into most bodies that fit the description anyway."""
    if name == "request_training":
        world.finish_training()
    if case.meta.generation.mode is not GenerationMode.POSITIVE or not draw(MOSTLY):
        return
    if case.media_type == LINES:
        case.body = "\n".join(_line(draw) for _ in range(draw(st.integers(0, 4))))
    for body in case.body if isinstance(case.body, list) else [case.body]:
        if isinstance(body, dict):
            body.update({key: draw(PLAUSIBLE[key]) for key in sorted(body.keys() & PLAUSIBLE)})
            body.update(_moments(body, draw))
            if known := KNOWN_FIELDS.get(name):
                known(body, draw)


def _line(draw: Draw) -> str:
    line = {name: draw(PLAUSIBLE[name]) for name in ("external_id", "amount", "currency")}
    return json.dumps({**line, "occurred_at": timezone.now().isoformat()})


def _moments(body: dict[str, Any], draw: Draw) -> dict[str, Any]:
    now = timezone.now()
    past = st.integers(0, 1_000_000).map(lambda age: (now - timedelta(seconds=age)).isoformat())
    names = {"occurred_at", "known_at", "respond_by"} & body.keys()
    return {name: draw(past) for name in sorted(names)}


def _label(body: dict[str, Any], draw: Draw) -> None:
    body["external_id"] = draw(st.sampled_from(world.KNOWN))
    if draw(MOSTLY):
        for name in ("known_at", "reviewer", "supersedes"):
            body.pop(name, None)


def _token(body: dict[str, Any], draw: Draw) -> None:
    body["token"] = world.held_task().token


def _undo(body: dict[str, Any], draw: Draw) -> None:
    body["token"] = world.undoable().token


def _second_thought(body: dict[str, Any], draw: Draw) -> None:
    body["reason_code"] = "stolen_card" if body["verdict"] == "fraud" else None


def _verdict(body: dict[str, Any], draw: Draw) -> None:
    _token(body, draw)
    body["verdict"] = draw(st.sampled_from(["fraud", "legitimate", "cannot_tell"]))
    body["reason_code"] = "stolen_card" if body["verdict"] == "fraud" else None
    if draw(MOSTLY):
        body.pop("disposition", None)
        body.pop("items", None)
    for item in body.get("items") or []:
        item.update(id=world.held_task().items.first().pk, reason_code=body["reason_code"])
        item.pop("external_id", None)
        item.pop("verdict", None)


def _statement(body: dict[str, Any], draw: Draw) -> None:
    body["reference"] = draw(st.sampled_from(["T-1", "T-2"]) | st.uuids().map(str))
    body["channel"] = draw(st.sampled_from(["phone", "email", "chat", "in_app"]))
    if draw(MOSTLY):
        body.pop("corrects", None)


def _appeal(body: dict[str, Any], draw: Draw) -> None:
    body["external_id"] = world.declined().external_id
    body["reference"] = draw(st.uuids().map(str))


def _policy(body: dict[str, Any], draw: Draw) -> None:
    body["rule"] = REASON
    if draw(MOSTLY):
        body.pop("activate_because", None)
    else:
        body.update(activate_because=REASON, model_version=4)


def _window(body: dict[str, Any], draw: Draw) -> None:
    if draw(MOSTLY):
        body.pop("window_from", None)


def _stage(body: dict[str, Any], draw: Draw) -> None:
    body["reason"] = REASON
    if draw(MOSTLY):
        body.pop("policy", None)


KNOWN_FIELDS: dict[str, Callable[[dict[str, Any], Draw], None]] = {
    "send_labels": _label,
    "record_verdict": _verdict,
    "record_statement": _statement,
    "file_appeal": _appeal,
    "undo_verdict": _undo,
    "change_verdict": _second_thought,
    "extend_lease": _token,
    "release_task": _token,
    "skip_task": _token,
    "escalate_task": _token,
    "wait_for_customer": _token,
    "create_policy": _policy,
    "request_training": _window,
    "change_stage": _stage,
}
