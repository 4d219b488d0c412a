"""What stands in the way of a demo is said in one line."""

import socket

import pytest
from django.core.management import CommandError, call_command

from fraudreview.demo.databases import require_no_payments
from fraudreview.demo.past import DemoError


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"days": 2}, "--days must lie between"),
        ({"per_day": 0}, "--per-day must lie between"),
        ({"port": 70_000}, "--port must lie between"),
    ],
)
def test_impossible_numbers_are_refused(options, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("demo", **options)


def test_a_port_that_is_taken_is_named_with_a_way_out():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            CommandError, match=f"Port {port} is taken .* make demo PORT={port + 1}"
        ):
            call_command("demo", port=port)


@pytest.mark.django_db
def test_payments_of_others_are_not_mixed_with_simulated_ones(send):
    require_no_payments()
    send(external_id="real")
    with pytest.raises(DemoError, match="not the demo's"):
        require_no_payments()
