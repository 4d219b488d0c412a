"""Icons, badges, outcomes and links: the parts that every page uses."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from scoring.templatetags import look

SPRITE = Path(__file__).resolve().parents[2] / "static" / "icons.svg"


def rendered(source, **values):
    return Template("{% load look %}" + source).render(Context(values))


def drawn_icons():
    return set(re.findall(r'<symbol id="(\w+)"', SPRITE.read_text()))


def test_every_icon_a_tag_uses_is_drawn():
    used = {symbol for _, symbol, _ in [*look.BADGES.values(), *look.STATES.values()]}
    assert used | set(look.OUTCOMES) <= drawn_icons()


def test_every_icon_a_template_names_is_drawn():
    templates = Path(__file__).resolve().parents[2] / "templates"
    for path in templates.rglob("*.html"):
        for name in re.findall(r'{% icon "(\w+)"', path.read_text()):
            assert name in drawn_icons(), f"{path.name}: {name}"


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in rendered('{% icon "fraud" %}')
    assert 'aria-label="Menu"' in rendered('{% icon "menu" "Menu" %}')


def test_a_badge_has_icon_word_and_colour():
    badge = rendered('{% badge "fraud" %}')
    assert "#fraud" in badge
    assert "Fraud" in badge
    assert "is-fraud" in badge


@pytest.mark.parametrize("kind", ["approve", "review", "block"])
def test_an_outcome_of_the_machine_has_no_colour(kind):
    assert not re.search(r"is-|bad|good|open", rendered(f'{{% outcome "{kind}" %}}'))


def test_a_badge_of_no_known_kind_is_an_error():
    with pytest.raises(KeyError):
        look.badge("guilty")


def test_words_in_badges_are_escaped():
    assert "<b>" not in rendered("{% badge 'fraud' word %}", word="<b>")


def test_a_query_string_changes_one_parameter_and_keeps_the_others():
    request = RequestFactory().get("/transactions/?q=C-1&page=3&page=4")
    assert rendered("{% query_string page=2 %}", request=request) == "?q=C-1&amp;page=2"
    assert rendered("{% query_string page=None %}", request=request) == "?q=C-1"
