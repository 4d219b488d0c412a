"""Contrast of every pair of tokens that meets on a page (WCAG 2.2: text 4.5, edges 3)."""

import re
from itertools import product
from pathlib import Path

import pytest

SOURCE = (Path(__file__).resolve().parents[2] / "static/css/variables.css").read_text()
GROUNDS = ["canvas", "surface", "paper", "sunken", "hover"]
TEXTS = ["ink", "ink2", "ink3", "accent", "fraud", "legit", "unsure"]
EDGES = ["field", "fraud-fill", "legit-fill", "unsure-fill"]
ON_THEIR_OWN = [
    ("fraud-ink", "fraud-soft"),
    ("legit-ink", "legit-soft"),
    ("unsure-ink", "unsure-soft"),
    ("accent-ink", "accent-soft"),
    ("ink", "accent-soft"),
    ("ink3", "accent-soft"),
    ("on-accent", "accent-solid"),
    ("on-accent", "accent-solid-hover"),
    ("on-accent", "fraud-solid"),
    ("on-toast", "toast"),
]


def themes():
    light, dark = re.split(r"@media \(prefers-color-scheme", SOURCE)[:2]
    for name, block in (("light", light), ("dark", dark.split('[data-theme="dark"] {')[0])):
        yield name, dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", block))


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("theme", "tokens"), list(themes()))
def test_text_is_readable_on_every_ground(theme, tokens):
    pairs = [*product(TEXTS, GROUNDS), *ON_THEIR_OWN]
    faint = {pair: contrast(tokens[pair[0]], tokens[pair[1]]) for pair in pairs}
    assert {pair: value for pair, value in faint.items() if value < 4.5} == {}


@pytest.mark.parametrize(("theme", "tokens"), list(themes()))
def test_edges_and_bars_are_visible_on_every_ground(theme, tokens):
    faint = {pair: contrast(tokens[pair[0]], tokens[pair[1]]) for pair in product(EDGES, GROUNDS)}
    assert {pair: value for pair, value in faint.items() if value < 3} == {}
