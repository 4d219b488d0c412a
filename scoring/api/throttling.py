"""429 for who asks too much: transactions and other calls per key, wrong keys per address."""

import ipaddress
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from scoring.models import ApiKey
from scoring.services.throttling import spend

if TYPE_CHECKING:
    from rest_framework.views import APIView  # imports this module in turn

TRANSACTIONS = "transactions"
REQUESTS = "requests"


class TooMany(APIException):
    """More than is allowed at once; `wait` is after how many seconds to try again."""

    status_code = 429
    default_code = "throttled"

    def __init__(self, what: str, wait: int) -> None:
        super().__init__(f"Too many {what}; send it again in {wait} s.")
        self.wait = wait


class Throttle(BaseThrottle):
    """One call counts one: as a transaction where the view says so, else as a request."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        spend_on(request, 1, counted_in=getattr(view, "counted_in", REQUESTS))
        return True


def spend_on(request: Request, cost: int, *, counted_in: str) -> None:
    """Count `cost` for whoever sends the request. Raises TooMany where that is too much."""
    if wait := wait_for(request, cost, counted_in=counted_in):
        raise TooMany(f"{counted_in} in this minute", wait)


def wait_for(request: Request, cost: int, *, counted_in: str) -> int:
    """Count `cost`; return 0, or after how many seconds it may be tried again.

    Strangers are not counted: what they may read is open to all, the rest answers 401.
    """
    now = timezone.now()
    if isinstance(request.auth, ApiKey):
        name = f"key:{request.auth.pk}:{counted_in}"
        return spend(name=name, cost=cost, limit=_limit(request.auth, counted_in), now=now)
    if request.user.is_authenticated:
        name = f"person:{request.user.pk}:{counted_in}"
        return spend(name=name, cost=cost, limit=_usual_limit(counted_in), now=now)
    return 0


def count_wrong_key(request: Request) -> None:
    """Count a wrong key from the client's address. Raises TooMany where there were many."""
    limit = settings.FRAUDREVIEW_WRONG_KEYS_PER_MINUTE
    wait = spend(name=f"address:{_network(request)}", cost=1, limit=limit, now=timezone.now())
    if wait:
        raise TooMany("wrong keys in this minute", wait)


def _limit(key: ApiKey, counted_in: str) -> int:
    own = key.transactions_per_minute if counted_in == TRANSACTIONS else key.requests_per_minute
    return _usual_limit(counted_in) if own is None else own


def _usual_limit(counted_in: str) -> int:
    if counted_in == TRANSACTIONS:
        return int(settings.FRAUDREVIEW_TRANSACTIONS_PER_MINUTE)
    return int(settings.FRAUDREVIEW_REQUESTS_PER_MINUTE)


def _network(request: Request) -> str:
    """The client's address; of IPv6 the /64, which belongs to one household or server."""
    address = _client_address(request)
    try:
        if ipaddress.ip_address(address).version == 6:
            return str(ipaddress.ip_network((address, 64), strict=False))
    except ValueError:
        return "unknown"
    return address


def _client_address(request: Request) -> str:
    """What the outermost trusted proxy saw, or who connects where no proxy is trusted."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    told = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    proxies = int(settings.FRAUDREVIEW_PROXIES)
    return told[-proxies] if 0 < proxies <= len(told) and told[-proxies] else direct
