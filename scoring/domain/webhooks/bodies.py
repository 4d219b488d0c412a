"""What a webhook says: one JSON object, `{id, type, occurred_at, data}`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

DECISION_FINAL = "decision.final"
CASE_CLOSED = "case.closed"
APPEAL_DECIDED = "appeal.decided"
STAGE_CHANGED = "model.stage_changed"
TEST = "webhook.test"
# What an endpoint can subscribe to, in words; a test is only ever sent by hand.
TYPES = {
    DECISION_FINAL: "The final outcome of a payment is known, or became another one",
    CASE_CLOSED: "A review case is closed: nothing in it is open any more",
    APPEAL_DECIDED: "The appeal of a declined payment is decided",
    STAGE_CHANGED: "A model version moved to another stage",
}
# The decision itself was final; later ones name the cause of their disposition.
AT_ONCE = "decision"


def body(
    *, id: str, type: str, occurred_at: datetime, data: Mapping[str, Any], cause: str = ""
) -> bytes:
    """Return the body in UTF-8; the same event gives the same bytes at every attempt.

    `cause` is said where there is one: of a final decision.
    """
    head = {"id": id, "type": type, "occurred_at": occurred_at}
    told = {**head, **({"cause": cause} if cause else {}), "data": data}
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)
