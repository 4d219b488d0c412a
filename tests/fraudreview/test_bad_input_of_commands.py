"""Bad input ends a command with one clear line and no traceback."""

import pytest
from django.core.management import CommandError, call_command

KEY = "0123456789ab.secret"


@pytest.fixture
def no_server(monkeypatch):
    """Nothing is asked before what was typed makes sense."""
    monkeypatch.setenv("FRAUDREVIEW_REVIEWER_KEY", KEY)
    monkeypatch.setattr("fraudreview.api_client.ApiClient._once", None)


def said(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.usefixtures("no_server")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--seed", "-1"], "not negative"),
        (["--cases", "-1"], "not negative"),
        (["--seconds-per-minute", "-1"], "not negative"),
        (["--seconds-per-minute", "nan"], "finite"),
        (["--anchoring", "nan"], "finite"),
        (["--anchoring", "inf"], "finite"),
        (["--missed", "nan"], "between 0 and 1"),
        *(
            ([f"--address={address}"], "no address of a server")
            for address in (
                "",
                "localhost:8000",
                "ftp://localhost",
                "file:///etc/passwd",
                "http://",
                "http://[::1",
                "http://localhost:99999",
                "http://localhost:8000/reviews",
            )
        ),
    ],
)
def test_reviewers_are_not_simulated(options, sentence) -> None:
    assert sentence in said("simulate_reviewers", *options)


@pytest.mark.usefixtures("no_server")
@pytest.mark.parametrize("key", ["\u00e4.b", "a.b\n", "a\0.b"])
def test_a_key_that_cannot_be_sent_is_told(monkeypatch, key) -> None:
    monkeypatch.setattr("os.environ", {"FRAUDREVIEW_REVIEWER_KEY": key})
    assert "The key" in said("simulate_reviewers")


def test_no_features_are_checked() -> None:
    assert "not negative" in said("check_features", "--sample", "-1")


def test_one_unknown_picture_is_not_passed_over() -> None:
    assert "no picture named quue" in said("screenshots", "--only", "queue", "quue")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "sentence"),
    [(["--to", "9999-12-31"], "a year from now"), (["--feature-set", "{file}"], "cannot be read")],
)
def test_nothing_is_trained(tmp_path, options, sentence) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\x90\xff")
    options = [option.format(file=tmp_path / "binary.toml") for option in options]
    assert sentence in said("train", *options)
