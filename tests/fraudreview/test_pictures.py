"""Every page that is photographed has its three pictures in the documents."""

from fraudreview.screenshots import PICTURES, VIEWS
from tests.conftest import ROOT


def test_each_picture_is_there_in_light_dark_and_narrow() -> None:
    folder = ROOT / "docs" / "images"
    wanted = {f"{picture.name}{suffix}.png" for picture in PICTURES for suffix in VIEWS}
    assert wanted == {file.name for file in folder.glob("*.png")}
