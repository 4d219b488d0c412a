"""Run as a process: a database with a model in production, and a key whose secret is printed."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fraudreview.settings")

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

from scoring.services.api_keys import create_api_key
from tests.models import put_into_production

if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    # The fallback must never be cut off by capacity: what it decides has to be explained by a
    # fault alone.
    put_into_production(now=timezone.now(), review_capacity=1_000_000)
    _, secret = create_api_key(
        name="integrator",
        scopes=["transactions:write", "decisions:read"],
        now=timezone.now(),
    )
    print(secret)
