"""Pictures of numbers: geometry in attributes, five states of a tile."""

import re
from dataclasses import dataclass

import pytest
from django.template import Context, Template

from scoring.templatetags import measures


@dataclass(frozen=True)
class Measure:
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    refused: str | None = None


KNOWN = Measure(0.046, 0.039, 0.054)
THIN = Measure(low=0.41, refused="At least 41 %. 6 frauds found, 10 are needed.")


def tile(measure, options=""):
    source = "{% load measures %}{% interval_tile 'Wrongful declines' m " + options + " %}"
    return re.sub(r"[ \n]+", " ", Template(source).render(Context({"m": measure})))


@pytest.mark.parametrize(
    ("target", "state"), [(0.06, "below"), (0.048, "open"), (0.03, "above"), (None, "measured")]
)
def test_the_interval_decides_the_state(target, state):
    assert measures.interval_state(KNOWN, target) == state


def test_a_known_estimate_shows_number_interval_and_dot():
    html = tile(KNOWN, "top=0.08 target=0.048")
    assert "4.6\u202f%" in html
    assert "3.9 to 5.4\u202f%" in html
    assert 'class="dot" cx="57.5%"' in html
    assert 'class="target" x1="60.0%"' in html


def test_thin_evidence_shows_words_and_a_dashed_outline_from_the_known_bound():
    html = tile(THIN)
    assert "Not enough evidence" in html
    assert "6 frauds found" in html
    assert 'class="missing" x="41.0%" y="6.5" width="59.0%"' in html
    assert 'class="dot"' not in html


def test_too_early_is_dashed_over_the_whole_scale():
    html = tile(Measure(), "state='too_early' sentence='12 % of labels are in.'")
    assert "Too early" in html
    assert 'class="missing" x="0.0%" y="6.5" width="100.0%"' in html


def test_a_counted_number_has_no_interval():
    html = tile(Measure(0.012, 0.012, 0.012))
    assert "exact" in html
    assert 'class="band"' not in html


def test_small_rates_have_more_digits():
    html = tile(Measure(0.0, 0.0, 0.0004))
    assert "0.000\u202f%" in html
    assert "0.000 to 0.040\u202f%" in html


def test_a_value_outside_the_scale_stays_on_the_track():
    assert measures.position(2.0, 0, 1) == 100.0
    assert measures.position(-1.0, 0, 1) == 0.0
    assert measures.position(1.0, 0, 0) == 0.0


def test_contributions_leave_the_zero_line_to_their_own_side():
    towards = measures.contribution_bar(2.0, -1.0, 3.0)
    away = measures.contribution_bar(-1.0, -1.0, 3.0)
    assert 'class="toward-fraud" x="25.0%" y="1" width="50.0%"' in towards
    assert 'class="toward-legitimate" x="0.0%" y="1" width="25.0%"' in away


def test_the_score_bar_marks_the_band_between_the_thresholds():
    html = measures.score_bar(0.71, 0.3, 0.9)
    assert 'class="review-band" x="30.0%" y="4" width="60.0%"' in html
    assert 'class="marker" x1="71.0%"' in html


def test_no_picture_has_an_inline_style():
    html = tile(KNOWN) + measures.score_bar(0.7, None, 0.9) + measures.bar(0.4, "unsure")
    html += measures.range_strip(5, 1, 2, 4, 0, 10) + measures.threshold_bar(0.3, 0.4, 0.1, 0.25)
    assert not re.search(r"\sstyle=", html)


def test_the_end_of_a_small_scale_is_not_zero():
    assert ">0.4\u202f%</text>" in tile(Measure(0.002, 0.001, 0.003), "top=0.004 hero=True")
