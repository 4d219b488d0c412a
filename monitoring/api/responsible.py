"""Who answers for what a caller asks."""

from django.contrib.auth.models import User
from rest_framework.request import Request

from scoring.models import ApiKey


def responsible_person(request: Request) -> User | None:
    """Return the person behind a call: who is signed in, for whom the key acts, or who made it.

    None where nobody stands behind a key: then it is a machine, which may only retreat.
    """
    if isinstance(request.user, User):
        return request.user
    if isinstance(request.auth, ApiKey) and isinstance(request.auth.created_by, User):
        return request.auth.created_by
    return None
