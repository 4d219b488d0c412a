"""What the tests of pages and programs at the desk share."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone


@pytest.fixture
def clock() -> datetime:
    """Pages and calls look at the real clock, so what they find is made now."""
    return timezone.now()


@pytest.fixture
def desk(api_key: Any, alice: Any) -> Any:
    """A program that reviews in Alice's name."""
    return api_key("review", acts_for=alice)
