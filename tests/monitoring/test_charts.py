"""Charts as data: what is drawn, what is said aloud, what the table holds."""

from dataclasses import replace

import pytest

from monitoring.views import charts
from tests.monitoring import dashboard_examples as examples


def test_a_week_without_evidence_is_a_gap_and_says_so():
    chart = charts.rate_trend(examples.executive())
    assert chart.data["estimate"] == [5.0, 5.0, None, 5.0, 5.0]
    assert chart.data["text"][2] == "not enough evidence, 7 labels"
    assert chart.rows[2] == ("19 Oct 2026", "not enough evidence", "none", "7")


def test_weeks_whose_labels_still_arrive_are_marked():
    chart = charts.rate_trend(examples.executive())
    assert chart.data["settled"] == 3
    assert chart.rows[4][0] == "2 Nov 2026, still arriving"


def test_a_chart_is_a_sentence_too():
    assert charts.rate_trend(examples.executive()).label == (
        "Wrongful declines by week: 5.0\u202f% in the week of 5 October, "
        "5.0\u202f% in the week of 2 November."
    )


def test_the_axis_leaves_room_for_interval_and_target():
    chart = charts.rate_trend(examples.executive())
    assert chart.data["top"] > 6.0
    assert chart.data["target"] == 4.8


def test_nothing_is_drawn_from_nothing():
    empty = replace(examples.executive(), fpr_trend=())
    assert charts.rate_trend(empty) is None
    assert charts.volumes((), "EUR") is None


def test_volumes_are_small_multiples_with_their_own_scale():
    chart = charts.volumes(examples.volumes(), "EUR")
    assert [series["values"][0] for series in chart.data["series"]] == [1426, 20, 6]
    assert chart.rows[0] == ("10 Nov 2026", "1,400", "20", "6", "€90,000")


def test_thresholds_stand_where_they_are_on_the_axis_of_bins():
    marks = charts.score_distribution(examples.scores()).data["marks"]
    assert [(mark["at"], mark["word"]) for mark in marks] == [
        (6.0, "review from 0.30"),
        (18.0, "block from 0.90"),
    ]


@pytest.mark.parametrize(
    ("review", "block", "sides", "levels"),
    [
        (0.30, 0.60, ["right", "left"], [0, 0]),
        (0.30, 0.90, ["right", "right"], [0, 1]),
        (0.05, 0.20, ["left", "left"], [0, 1]),
    ],
)
def test_words_at_thresholds_keep_clear_of_ends_and_each_other(review, block, sides, levels):
    scores = replace(examples.scores(), review_threshold=review, block_threshold=block)
    marks = charts.score_distribution(scores).data["marks"]
    assert [mark["side"] for mark in marks] == sides
    assert [mark["level"] for mark in marks] == levels


def test_without_an_earlier_window_no_reference_is_drawn():
    scores = examples.scores()
    bins = tuple(replace(each, reference_share=None) for each in scores.bins)
    chart = charts.score_distribution(replace(scores, bins=bins))
    assert chart.data["reference"] is None
    assert chart.rows[0] == ("0.00 to 0.05", "none", "5.00\u202f%")


def test_medians_stand_inside_their_bin():
    detail = examples.feature_detail()
    marks = charts.feature_histogram(detail.row, detail).data["marks"]
    assert [mark["at"] for mark in marks] == [1.8, 2.5]


def test_an_axis_has_at_most_five_ticks():
    detail = examples.feature_detail()
    row = replace(detail.row, bins=detail.row.bins * 6)
    assert len(charts.feature_histogram(row, detail).data["ticks"]) <= 5


def test_categories_have_their_names_under_their_bars():
    detail = examples.feature_detail()
    bins = tuple(replace(each, title="DE", low=None, high=None) for each in detail.row.bins)
    ticks = charts.feature_histogram(replace(detail.row, bins=bins), detail).data["ticks"]
    assert ticks[0] == {"at": 0.5, "word": "DE"}


def test_one_day_is_no_curve():
    detail = examples.feature_detail()
    assert charts.psi_by_day(detail, 0.1, 0.25).data["top"] > 0.3
    assert charts.psi_by_day(replace(detail, psi_by_day=detail.psi_by_day[:1]), 0.1, 0.25) is None
