"""Typed values out of TOML tables; a wrong one is refused with the place where it stands."""

import tomllib
from collections.abc import Collection
from collections.abc import Mapping as Table
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar

from scoring.domain.errors import Problem
from scoring.domain.mapping.definition import plain_answer

Kind = TypeVar("Kind")
_MISSING = object()


class TomlReader:
    """Takes typed values out of TOML tables and says where a wrong one stands."""

    def __init__(self, name: str, place: str) -> None:
        self.name = name
        self.place = place

    def refuse(self, sentence: str) -> NoReturn:
        place = f", {self.place}" if self.place else ""
        raise Problem("invalid_mapping", f"Mapping {self.name}{place}: {sentence}.")

    def loaded(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.refuse(f"this is not TOML ({error})")

    def known(self, table: Any, keys: Collection[str]) -> "TomlReader":
        if not isinstance(table, dict):
            self.refuse("this must be text or a table")
        for key in table:
            if key not in keys:
                self.refuse(f"unknown key {key}; known ones are {', '.join(keys)}")
        return self

    def table(self, table: Table[str, Any], key: str, required: bool = False) -> dict[str, Any]:
        value = table.get(key, _MISSING)
        if value is _MISSING and not required:
            return {}
        return self._typed(value, key, dict, "a table")

    def columns(self, table: Table[str, Any]) -> tuple[str, ...]:
        if ("column" in table) == ("columns" in table):
            self.refuse("either column or columns is needed")
        return (
            tuple(self.texts(table, "columns"))
            if "columns" in table
            else (self.text(table, "column"),)
        )

    def text(self, table: Table[str, Any], key: str, default: object = _MISSING) -> str:
        value = table.get(key, default)
        return self._typed(value, key, str, "text in quotes")

    def scalar(self, table: Table[str, Any], key: str) -> str:
        value = table[key]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.refuse(f"{key} must be text in quotes or a number")
        return str(value)

    def truth(self, table: Table[str, Any], key: str) -> bool:
        return self._typed(table.get(key, False), key, bool, "true or false")

    def number(self, table: Table[str, Any], key: str) -> float | None:
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            self.refuse(f"{key} must be a number that is not negative")
        return float(value)

    def texts(self, table: Table[str, Any], key: str, default: object = _MISSING) -> list[str]:
        values = self._typed(table.get(key, default), key, list, "a list of texts")
        if not all(isinstance(value, str) for value in values):
            self.refuse(f"{key} must be a list of texts in quotes")
        return values

    def answers(self, table: Table[str, Any], key: str) -> frozenset[str]:
        values = self._typed(table.get(key, _MISSING), key, list, "a list")
        if not all(isinstance(value, str | int | float) for value in values):
            self.refuse(f"{key} must be a list of texts, numbers, true or false")
        return frozenset(plain_answer(value) for value in values)

    def texts_by_name(self, table: Table[str, Any], key: str) -> dict[str, str]:
        values = self._typed(table.get(key, {}), key, dict, "a table of texts")
        if not all(isinstance(value, str) for value in values.values()):
            self.refuse(f"{key} must be a table of texts in quotes")
        return values

    def moment(self, table: Table[str, Any], key: str) -> datetime:
        value = table[key]
        if isinstance(value, str):
            value = self._read_moment(value, key)
        moment = self._typed(value, key, datetime, "a moment, such as 2018-04-01T00:00:00Z")
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)

    def _read_moment(self, value: str, key: str) -> datetime:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.refuse(f"{key} must be a moment, such as 2018-04-01T00:00:00Z")

    def _typed(self, value: Any, key: str, kind: type[Kind], what: str) -> Kind:
        if value is _MISSING:
            self.refuse(f"{key} is missing")
        if not isinstance(value, kind):
            self.refuse(f"{key} must be {what}")
        return value
