"""A site that is not there makes no pictures, and one line says so."""

import pytest
from django.core.management import CommandError, call_command

from tests.processes import free_port

pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize("address", ["nowhere", "http://127.0.0.1:{port}"])
def test_pictures_of_nothing_end_with_one_line(tmp_path, settings, address) -> None:
    settings.VAR = tmp_path
    with pytest.raises(CommandError) as caught:
        call_command(
            "screenshots",
            address=address.format(port=free_port()),
            only=["queue"],
            out=tmp_path / "pictures",
        )
    assert str(caught.value).startswith("No picture was taken: ")
    assert "\n" not in str(caught.value)
