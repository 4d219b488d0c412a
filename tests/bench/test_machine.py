"""The results say what they were made on."""

from dataclasses import replace

import pytest

from bench.machine import described
from bench.options import Options


@pytest.mark.django_db
def test_machine_versions_and_settings_are_told():
    found = described(replace(Options(), only_ours=True))
    assert found["cores"] >= 1
    assert found["packages"]["django"].startswith("5.")
    # The tests' server is not durable, and the results would say so.
    assert found["postgresql"]["fsync"] == "off"
    assert found["postgresql"]["synchronous_commit"] == "on"
