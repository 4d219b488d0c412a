"""What a program narrows the queue to, read from the address."""

import re
from collections.abc import Mapping

from drf_spectacular.utils import OpenApiParameter

from labeling.selectors.queue import TABS, QueueFilters
from scoring.api.queries import unknown_parameters
from scoring.domain import values
from scoring.domain.errors import FieldError, InvalidRecord
from scoring.domain.values import Refused

LANES = tuple(lane for lane in TABS if lane)
TRUTHS = {"": False, "0": False, "false": False, "1": True, "true": True}
CURSOR = r"^([0-9]{1,9}(\.[0-9]{1,9})*)?$"
LONGEST_WORD = 50
_WORD = {"type": "string", "maxLength": LONGEST_WORD}
FILTERS = [
    OpenApiParameter(
        "lane",
        {"type": "string", "enum": [*LANES, ""]},
        description="One list of the queue; `escalated` is for leads.",
    ),
    OpenApiParameter("queue", _WORD, description="The name of a queue."),
    OpenApiParameter("channel", _WORD, description="The channel of the payment."),
    OpenApiParameter(
        "held",
        {"type": "string", "enum": list(TRUTHS)},
        description="1: also what somebody holds now.",
    ),
    OpenApiParameter(
        "after", {"type": "string", "pattern": CURSOR}, description="The cursor of the page before."
    ),
]


def read_filters(query: Mapping[str, str]) -> tuple[QueueFilters, str]:
    """Return the filters and the cursor. Raises InvalidRecord with all that is wrong."""
    errors = list(unknown_parameters(query, {parameter.name for parameter in FILTERS}))
    for name in ("queue", "channel"):
        try:
            values.text(query.get(name, ""), longest=LONGEST_WORD)
        except Refused as refused:
            errors.append(FieldError(name, refused.code, refused.message))
    if query.get("lane", "") not in TABS:
        errors.append(FieldError("lane", "unknown_choice", f"One of {', '.join(LANES)}."))
    if query.get("held", "") not in TRUTHS:
        errors.append(FieldError("held", "unknown_choice", "0 or 1."))
    if not re.fullmatch(CURSOR, query.get("after", "")):
        errors.append(FieldError("after", "invalid", "This is not the cursor of a page."))
    if errors:
        raise InvalidRecord(errors, "The request is not valid.")
    filters = QueueFilters(
        lane=query.get("lane", ""),
        queue=query.get("queue", ""),
        channel=query.get("channel", ""),
        free_only=not TRUTHS[query.get("held", "")],
    )
    return filters, query.get("after", "")
