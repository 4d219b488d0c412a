"""What must hold of every answer, beside what schemathesis knows."""

import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import negative_data_rejection

LINES = "application/x-ndjson"


def told_code(ctx: Any, response: Any, case: Any) -> None:
    """An error has the one shape, and a code that the description names for this status."""
    if response.status_code < 400:
        return
    body = response.json()
    assert set(body) == {"code", "message", "errors"}, body
    told = case.operation.definition.raw["responses"].get(str(response.status_code))
    if told is None:
        return  # which another check tells
    codes = {
        example["value"]["code"]
        for example in told["content"]["application/json"]["examples"].values()
    }
    assert body["code"] in codes, f"{body['code']} is not among {sorted(codes)}: {body}"


def refused_if_forbidden(ctx: Any, response: Any, case: Any) -> None:
    """What the description forbids is refused: the whole, or its item of a list."""
    if response.status_code >= 400 or case.media_type == LINES:
        return
    if not case.meta.generation.mode.is_negative:
        return
    if isinstance(case.body, list) and response.status_code == 202:
        if not _fits(case, case.body):
            assert response.json()["errors"], "A list with a forbidden item was taken whole"
    elif not _fits(case, case.body):
        negative_data_rejection(ctx, response, case)


def _fits(case: Any, body: Any) -> bool:
    """Whether the body fits once its values are spelt as the description spells them."""
    described = case.operation.definition.raw.get("requestBody")
    if not described:
        return False
    schema = described["content"]["application/json"]["schema"]
    components = case.operation.schema.raw_schema["components"]
    validator = Draft202012Validator({**schema, "components": components})
    return validator.is_valid(_spelt(body))


def _spelt(value: Any, name: str = "") -> Any:
    if isinstance(value, list):
        return [_spelt(each) for each in value]
    if isinstance(value, Mapping):
        fields = {key: _spelt(each, key) for key, each in value.items()}
        return {key: each for key, each in fields.items() if each is not None}
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value.strip()).strip()
        return _SPELLINGS.get(name, _plain)(text) if text else None
    return value


def _plain(text: str) -> str:
    return text


def _number(text: str) -> str:
    try:
        return format(round(Decimal(text), 4), "f")
    except InvalidOperation:
        return text


def _word(text: str) -> str:
    return text.lower()


_WORDS = ("label", "source", "verification", "type", "payment_stage")
_SPELLINGS = {"amount": _number, **dict.fromkeys(_WORDS, _word)}
