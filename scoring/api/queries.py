"""What stands behind the question mark of an address."""

from collections.abc import Collection, Iterator, Mapping

from scoring.domain.errors import FieldError, InvalidRecord

# REST framework reads it on every address.
FORMAT = "format"


def unknown_parameters(query: Mapping[str, str], known: Collection[str]) -> Iterator[FieldError]:
    """An error for each parameter that does not exist: a misspelt filter would show everything."""
    for name in query:
        if name not in known and name != FORMAT:
            yield FieldError(name[:100], "unknown_field", "There is no parameter of this name.")


def refuse_unknown_parameters(query: Mapping[str, str], known: Collection[str]) -> None:
    """Raises InvalidRecord where a parameter does not exist."""
    if errors := list(unknown_parameters(query, known)):
        raise InvalidRecord(errors, "The request is not valid.")
