"""What surrounds every page: navigation by role, security headers, error pages, signing in."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import Client, RequestFactory

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = re.compile(r"""(?:src|href|action|url\()\s*=?\s*["'(]?\s*(?:https?:)?//""")
INLINE = re.compile(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\bsrc=)[^>]*>", re.I)
PAGES = sorted((ROOT / "templates").rglob("*.html"))


def words_of_navigation(client):
    html = client.get("/no-such-page/").content.decode()
    nav = html.split('<nav class="nav-wide"')[1].split("</nav>")[0]
    return [word.strip() for word in re.findall(r">\s*([A-Z][a-z]+)", nav)]


@pytest.fixture
def sections(client_of):
    return lambda person: words_of_navigation(client_of(person))


def test_analysts_see_no_dashboards(sections, alice):
    words = sections(alice)
    assert "Queue" in words
    assert not {"Dashboards", "Models", "Policies", "Webhooks"} & set(words)


def test_support_sees_its_own_page_and_no_queue(sections, sam):
    words = sections(sam)
    assert {"Support", "Transactions"} <= set(words)
    assert not {"Queue", "Models"} & set(words)


def test_managers_see_dashboards(sections, max_):
    assert "Dashboards" in sections(max_)


def test_admins_see_models_and_policies(sections, dana):
    assert {"Dashboards", "Models", "Policies", "Webhooks"} <= set(sections(dana))


def test_nobody_without_a_role_sees_a_section(sections, charlie):
    assert sections(charlie) == []


def test_everybody_starts_where_their_work_is(client_of, alice, lea, sam, max_, dana):
    starts = [client_of(person).get("/").url for person in (alice, lea, sam, max_, dana)]
    assert starts == [
        "/queue/",
        "/queue/",
        "/support/",
        "/dashboards/executive/",
        "/models/",
    ]


def test_without_a_role_the_first_page_says_so(client_of, charlie):
    answer = client_of(charlie).get("/")
    assert answer.status_code == 403
    assert "You have no role yet" in answer.content.decode()


def test_the_policy_allows_nothing_but_our_own_files(client):
    policy = client.get("/login/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_reaches_outside_or_carries_code(path):
    source = path.read_text()
    assert not OUTSIDE.search(source)
    assert not INLINE.search(source)


@pytest.mark.parametrize("path", sorted((ROOT / "static").rglob("*.*")), ids=lambda path: path.name)
def test_no_static_file_reaches_outside(path):
    source = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import", source)


@pytest.mark.parametrize("name", ["base", "components", "messages", "measures", "dashboards"])
def test_colours_come_from_the_tokens_alone(name):
    source = (ROOT / "static/css" / f"{name}.css").read_text()
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", source)) <= {"#fff"}


def test_both_dark_blocks_and_the_light_one_set_the_same_tokens():
    source = (ROOT / "static/css/variables.css").read_text()
    light, system, chosen = (
        dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", block))
        for block in re.split(r"@media \(prefers-color-scheme|\[data-theme=\"dark\"\] \{", source)[
            :3
        ]
    )
    assert system == chosen
    assert light.keys() == system.keys()


def test_plotly_is_served_from_its_wheel():
    found = finders.find("vendor/plotly.min.js")
    assert found
    assert "site-packages" in found
    assert not (ROOT / "static/vendor").exists()


def test_only_one_file_of_the_wheel_is_served():
    assert finders.find("vendor/widgetbundle.js") is None


def test_an_unknown_address_has_a_page():
    answer = Client().get("/no-such-page/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_the_page_of_a_failed_server_needs_neither_request_nor_database():
    html = engines["django"].get_template("500.html").render()
    assert "The server could not finish this" in html


def test_an_old_form_is_explained():
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "This form is too old" in answer.content.decode()


def test_a_wrong_password_is_explained_and_the_name_kept(alice):
    answer = Client().post("/login/", {"username": "alice", "password": "wrong"})
    html = answer.content.decode()
    assert "Name and password do not match" in html
    assert 'value="alice"' in html


def test_five_wrong_passwords_pause_signing_in(alice):
    client = Client()
    answers = [client.post("/login/", {"username": "alice", "password": "x"}) for _ in range(5)]
    assert answers[-1].status_code == 429
    assert "Sign-in pauses" in answers[-1].content.decode()


def test_signing_out_needs_a_post(client_of, alice):
    client = client_of(alice)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").url == "/login/"


def test_the_zone_of_the_reader_comes_from_a_cookie():
    from django.http import HttpResponse
    from django.utils import timezone

    from fraudreview.middleware import ReaderTimeZone

    respond = ReaderTimeZone(lambda request: HttpResponse(timezone.get_current_timezone_name()))
    request = RequestFactory().get("/")
    for cookie, zone in [
        ("Europe%2FBerlin", "Europe/Berlin"),
        ("../../etc/passwd", "UTC"),
        ("No/Such", "UTC"),
        ("", "UTC"),
    ]:
        request.COOKIES = {"timezone": cookie}
        assert respond(request).content.decode() == zone


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_comment_spans_lines_and_so_shows_on_the_page(page):
    assert not re.search(r"{#(?!.*#})", page.read_text())
