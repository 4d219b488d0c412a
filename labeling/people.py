"""The person behind a request, once roles have let them in."""

from django.contrib.auth.models import User

from scoring.access import Person


def signed_in(person: Person) -> User:
    """The account of somebody who is signed in. Raises TypeError for anybody else."""
    if not isinstance(person, User):
        raise TypeError("only people with an account come here")
    return person
