"""Who calls: a program with a key, or a person in a browser."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from scoring.api.throttling import count_wrong_key
from scoring.domain.errors import Problem
from scoring.models import ApiKey
from scoring.services.api_keys import use_api_key


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Api-Key <prefix>.<secret>`; the user is the person the key acts for."""

    keyword = "Api-Key"

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        keyword, _, presented = authentication.get_authorization_header(request).partition(b" ")
        if keyword.lower() != self.keyword.lower().encode():
            return None
        try:
            key = use_api_key(presented=presented.decode("latin-1").strip(), now=timezone.now())
        except Problem as problem:
            # After the look-up: nobody with a right key suffers from a neighbour's wrong ones.
            count_wrong_key(request)
            raise exceptions.AuthenticationFailed(problem.message, problem.code) from None
        return key.acts_for or AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


class SessionAuthentication(authentication.SessionAuthentication):
    """A person who is signed in; every write carries the token against forged requests."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as refused:
            raise exceptions.PermissionDenied(str(refused.detail), "csrf_failed") from None
