"""What the README says is true: its commands, variables and links exist."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL))


def variables_read() -> set[str]:
    """The variables that the source takes from the environment."""
    sources = "\n".join(path.read_text() for path in (ROOT / "fraudreview").rglob("*.py"))
    read = re.findall(
        r"os\.environ(?:\.get\(|\[)\s*\"(\w+)\"|environment\.\w+\(\s*\"(\w+)\"", sources
    )
    internal = {"DJANGO_SETTINGS_MODULE", "PYTHONPATH", "FRAUDREVIEW_DEMO_KEY"}
    return {first or second for first, second in read} - internal


def test_the_first_screen_says_what_it_is_and_how_to_start():
    first_screen = README.splitlines()[:25]
    assert first_screen[0] == "# Fraud Review"
    assert any(line.startswith("![") for line in first_screen)
    assert any(line.startswith("make demo") for line in first_screen)
    assert any(line.startswith("make test") for line in first_screen)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z-]+)", SHELL))))
def test_every_make_command_exists(target):
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"manage\.py (\w+)", README))))
def test_every_management_command_exists(command):
    assert command in {*get_commands(), "help"}


def test_the_table_lists_exactly_the_variables_that_are_read():
    table = set(re.findall(r"^\| `(\w+)` \|", README, flags=re.MULTILINE))
    assert table == variables_read()


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", README))))
def test_every_link_leads_somewhere(link):
    assert not link.startswith("http"), "the README is read offline, too"
    assert (ROOT / link).exists()


def test_every_file_that_a_command_names_exists():
    named = re.findall(r"^(?:\.venv/bin/python|cp) (\S+)", SHELL, flags=re.MULTILINE)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
