"""How both dashboards place what they are given: every rate with its interval or its reason."""

import re
from dataclasses import replace

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from monitoring.views import charts
from tests.monitoring import dashboard_examples as examples


def executive_page(dashboard):
    return render_to_string(
        "monitoring/executive.html",
        {
            "dashboard": dashboard,
            "trend": charts.rate_trend(dashboard),
            "volumes": charts.volumes(dashboard.volumes, dashboard.currency),
            "scores": charts.score_distribution(dashboard.scores) if dashboard.scores else None,
        },
    )


def drift_page(dashboard, rf):
    selected = dashboard.selected
    context = {
        "dashboard": dashboard,
        "selected": selected,
        "histogram": charts.feature_histogram(selected.row, selected) if selected else None,
        "psi": charts.psi_by_day(selected, 0.1, 0.25) if selected else None,
        "request": rf.get("/dashboards/drift/"),
    }
    return render_to_string("monitoring/drift.html", context)


@pytest.fixture
def executive():
    return executive_page(examples.executive())


def test_the_hero_is_the_rate_of_wrongful_declines_with_its_interval(executive):
    hero = executive.split('<span class="hero">')[1]
    assert hero.startswith("4.6\u202f%")
    assert "3.9 to 5.4\u202f%" in hero[:300]
    assert executive.count('class="hero"') == 1


def test_thin_evidence_is_said_and_never_drawn_as_a_point(executive):
    recall = executive.split("<h3>Recall</h3>")[1].split("</section>")[0]
    assert "Not enough evidence" in recall
    assert 'class="missing"' in recall
    assert 'class="dot"' not in recall


def test_money_carries_its_interval(executive):
    assert "€86,950" in executive
    assert "€73,700 to €102,100" in executive


def test_every_cell_of_the_confusion_matrix_says_on_how_many_labels_it_rests(executive):
    matrix = executive.split('id="confusion-title"')[1].split("</table>")[0]
    assert re.findall(r"([\d,]+) labels", matrix) == ["180", "39", "6", "3,100"]
    assert "not enough evidence" in matrix


def test_every_chart_is_a_table_and_a_sentence_as_well(executive):
    figures = executive.count("<figure")
    assert figures == 3
    assert executive.count("As a table") == figures
    assert len(re.findall(r'role="img" aria-label="[^"]{20,}"', executive)) == figures


def test_accuracy_is_not_shown(executive):
    assert "accuracy" not in executive.lower()


def test_the_period_is_a_plain_form(executive):
    form = executive.split('method="get" data-auto')[1].split("</form>")[0]
    assert '<option value="28" selected>28 days</option>' in form
    assert "Show this period" in form


def test_before_any_report_the_page_says_why_and_what_next():
    empty = replace(
        examples.executive(),
        report_at=None,
        headline="No payment has been decided yet.",
        fpr=None,
        money=(),
        rates=(),
        capacity=None,
        confusion=None,
        volumes=(),
        fpr_trend=(),
        scores=None,
        segments=(),
    )
    html = executive_page(empty)
    assert "No report yet" in html
    assert "No payment has been decided yet." in html
    assert "<figure" not in html


def test_a_report_without_labels_still_shows_what_is_known():
    html = executive_page(
        replace(examples.executive(), fpr_trend=(), segments=(), scores=None, volumes=())
    )
    assert "No full week has been reported yet" in html
    assert "No segment has labels in this period" in html
    assert "Nothing was decided in this period" in html


def test_a_status_is_a_word_and_never_only_a_dash(rf):
    html = drift_page(examples.drift(), rf)
    assert "Drifted" in html
    assert "Not enough data" in html
    assert "too few" in html


def test_each_feature_opens_its_detail(rf):
    html = drift_page(examples.drift(), rf)
    assert 'href="?feature=gift_share#detail"' in html
    assert "The median rose from 18 to 25." in html


def test_drift_without_a_report_says_what_it_needs(rf):
    empty = replace(examples.drift(), report_at=None, rows=(), selected=None, headline="No model.")
    html = drift_page(empty, rf)
    assert "Nothing to compare yet" in html
    assert "No model." in html


def test_whatever_draws_with_plotly_keeps_it_from_writing_styles_of_its_own():
    """The policy of the browser would refuse them, and complain."""
    folder = settings.BASE_DIR / "templates"
    drawing = [
        text
        for text in (path.read_text() for path in folder.rglob("*.html"))
        if "_plotly_scripts.html" in text
    ]
    assert len(drawing) >= 3
    assert all('include "monitoring/_plotly.html"' in text for text in drawing)
