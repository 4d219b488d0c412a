"""Dockerfile and compose file name only what exists. No engine is needed to know that."""

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml
from celery.bin.beat import beat
from celery.bin.worker import worker
from django.core.management import get_commands
from gunicorn.config import Config

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
ENVIRONMENT = OURS["web"]["environment"]


def source_text() -> str:
    return "\n".join(path.read_text() for path in (ROOT / "fraudreview").rglob("*.py"))


def instructions(name: str) -> list[list[str]]:
    found = re.findall(rf"^{name} (.+)$", DOCKERFILE, flags=re.MULTILINE)
    return [shlex.split(text) for text in found]


def test_every_process_of_the_product_is_a_service():
    assert set(OURS) == {"migrate", "web", "worker", "training", "webhooks", "beat"}
    assert set(SERVICES) - set(OURS) == {"postgres", "valkey"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_says_how_it_is_doing(name):
    image_check = "HEALTHCHECK" in DOCKERFILE and name == "web"
    assert image_check or "healthcheck" in SERVICES[name]


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_every_variable_is_one_that_the_settings_read(name):
    assert f'"{name}"' in source_text()


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_dependency_is_a_service_and_is_waited_for(name):
    for needed, how in OURS[name]["depends_on"].items():
        assert needed in SERVICES
        expected = "service_completed_successfully" if needed == "migrate" else "service_healthy"
        assert how["condition"] == expected


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()
    secret = re.compile(r"\$\{(\w*(?:PASSWORD|KEY)\w*)(:?[-?+=][^}]*)?\}")
    found = secret.findall(text)
    assert {name for name, _ in found} == {
        "POSTGRES_PASSWORD",
        "VALKEY_PASSWORD",
        "FRAUDREVIEW_SECRET_KEY",
        "FRAUDREVIEW_DATA_KEY",
    }
    assert {how.partition("?")[0] for _, how in found} == {":"}


def test_the_example_names_every_variable_of_the_compose_file_and_no_secret():
    text = (ROOT / "docker-compose.yml").read_text()
    # Two dollar signs leave a variable to the shell inside the container.
    needed = set(re.findall(r"(?<!\$)\$\{(\w+)", text))
    example = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text().splitlines()
        if line and not line.startswith("#")
    )
    assert set(example) == needed
    assert {n for n, v in example.items() if not v} >= {n for n in example if "KEY" in n}
    assert not any(value for name, value in example.items() if "PASSWORD" in name)


def test_the_file_with_the_secrets_is_never_committed_nor_copied():
    assert "/.env" in (ROOT / ".gitignore").read_text().splitlines()
    kept = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in kept and not any(line.startswith("!.env") for line in kept)


def test_everything_that_is_copied_exists_and_is_sent_to_the_builder():
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if "!" in line}
    sources = {
        source
        for parts in instructions("COPY")
        if not parts[0].startswith("--from")
        for source in parts[:-1]
    }
    assert sources == kept
    assert all((ROOT / source).exists() for source in sources)


def test_the_image_holds_every_package_of_the_product():
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert packages <= {parts[0] for parts in instructions("COPY")}


def test_the_image_does_not_run_as_root():
    assert instructions("USER")[-1] == ["fraudreview"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_is_understood_by_its_program(name):
    program, *arguments = OURS[name].get("command") or image_command()
    if program == "python":
        assert arguments[0] == "manage.py" and arguments[1] in get_commands()
    elif program == "gunicorn":
        Config().parser().parse_args(arguments)
    else:
        assert (program, arguments[:2]) == ("celery", ["--app", "fraudreview"])
        command = {"worker": worker, "beat": beat}[arguments[2]]
        command.make_parser(click.Context(command)).parse_args(args=arguments[3:])


def image_command() -> list[str]:
    (text,) = re.findall(r"^CMD (\[.+\])$", DOCKERFILE, flags=re.MULTILINE)
    return yaml.safe_load(text)


def test_every_queue_has_a_worker():
    from fraudreview.celery import app

    consumed = {
        queue
        for service in OURS.values()
        if "--queues" in (command := service.get("command", []))
        for queue in command[command.index("--queues") + 1].split(",")
    }
    assert consumed == {queue.name for queue in app.conf.task_queues}
