"""The person behind a request, once roles have let them in."""

from django.contrib.auth.models import User

from scoring.access import Person


def signed_in(person: Person) -> User:
    """The account of somebody who is signed in. Raises TypeError for anybody else."""
    if not isinstance(person, User):
        raise TypeError("only people with an account come here")
    return person


def name_of(person: object) -> str:
    """The name of a colleague as others call them; whoever has none goes by their login."""
    get_full_name = getattr(person, "get_full_name", None)
    return (get_full_name() if get_full_name else "") or str(person)
