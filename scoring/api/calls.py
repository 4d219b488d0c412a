"""How one call is described: its scope, who may do it in a browser, and closed bodies."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.openapi import AutoSchema

from scoring.access import PUBLIC
from scoring.api.permissions import declared

ANSWERS = {
    "200": "The answer.",
    "201": "It was made; this is it.",
    "202": "It was taken, and is worked on from now.",
    "204": "Done; there is no more to say.",
}


class CallSchema(AutoSchema):
    """Every call says which scope it needs; bodies that are sent may hold no other fields."""

    def get_operation(self, *arguments: Any, **options: Any) -> Any:
        operation = super().get_operation(*arguments, **options)
        if operation is not None:
            described = operation.get("description", operation.get("summary", ""))
            operation["description"] = f"{described}\n\n{' '.join(self._allowed())}".strip()
            operation["x-scope"] = declared(self.view, "required_scopes", self.method)
            for status, response in operation["responses"].items():
                response["description"] = response["description"] or ANSWERS[status]
        return operation

    def _allowed(self) -> Iterator[str]:
        scope = declared(self.view, "required_scopes", self.method)
        roles = declared(self.view, "allowed_roles", self.method)
        if scope:
            yield f"A key needs the scope `{scope}`."
        if getattr(self.view, "needs_person", False):
            yield "It acts for one person, who has one of these roles."
        if roles and roles != PUBLIC:
            yield f"In a browser: {', '.join(roles)}."

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if not type(serializer).__doc__:
            schema.pop("description", None)  # that of the class above says nothing of this one
        if direction == "request":
            schema["additionalProperties"] = False
        return schema
