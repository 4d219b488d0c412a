"""Every number in words: what it is, how much, and the sentence that explains it."""

import pytest

from monitoring.domain.estimation.estimate import Estimate
from monitoring.domain.expectations import expected_table
from monitoring.domain.figures import NAMED, figures
from tests.monitoring import dashboard_examples as examples

SPACE = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def shown():
    return figures(examples.body(), "EUR")


def test_fraud_reads_in_basis_points_with_amounts_and_what_is_still_to_come(shown) -> None:
    gross, net = shown["gross_fraud_rate"], shown["net_fraud_rate"]
    assert (gross.value, gross.bounds) == ("22.5 bp", "counted")
    assert gross.sentence == (
        "Known so far: €9,000 on 90 payments, of €4,000,000 let through."
        f" 70{SPACE}% of the complaints to come are in."
    )
    assert net.value == "16.5 bp"
    assert net.sentence.startswith("€6,600 stays lost, €2,400 came back.")


def test_counted_shares_say_of_how_many(shown) -> None:
    assert shown["timeout_rate"].sentence == "12 of 600 payments sent to review ran out of time."
    assert shown["chargeback_ratio"].sentence == (
        "314 payments were charged back, 40,300 were let through."
    )
    assert shown["approval_rate"].sentence.startswith("40,300 of 41,000 payments decided")
    assert shown["opinion_share"].sentence == (
        "3,000 of 3,412 labels rest on one reviewer; nobody confirmed them."
    )


def test_the_cost_of_a_case_has_its_interval_where_some_minutes_are_missing(shown) -> None:
    cost = shown["cost_per_case"]
    assert cost.value == "€1.50"
    assert " to " in cost.bounds
    assert cost.sentence == (
        "€615 for 410 cases, at €0.60 a minute by policy 3. Minutes of 400 were measured."
    )


def test_what_was_refused_says_why_and_keeps_its_bounds() -> None:
    body = examples.body()
    thin = Estimate("recall", None, 0.41, None, "logit", 40, 30.0, 6)
    thin = thin.refuse("not enough evidence: 6 frauds found, 10 are needed")
    body["rates"]["recall"] = thin.as_dict()
    recall = figures(body, "EUR")["recall"]
    assert (recall.value, recall.bounds) == ("", f"at least 41.0{SPACE}%")
    assert recall.sentence == f"At least 41.0{SPACE}%. 6 frauds found, 10 are needed."


def test_every_number_of_the_report_has_a_name_and_a_definition(shown) -> None:
    assert set(examples.operations()["measures"]) <= set(NAMED)
    for figure in shown.values():
        assert figure.title
        assert figure.definition.endswith(".")


def test_a_report_of_an_older_version_has_the_rates_alone() -> None:
    body = examples.body()
    del body["operations"], body["expected"]
    assert set(figures(body, "EUR")) == set(body["rates"])
    assert expected_table(body) is None


def test_an_expectation_stands_beside_the_estimate_with_its_last_error() -> None:
    table = expected_table(examples.body())
    precision = next(row for row in table.rows if row.name == "precision")
    assert precision.expected.expected == pytest.approx(0.4)
    assert precision.estimate.estimate == 0.046
    assert precision.sentence == "+9.0 points, outside the interval"
    assert table.sentence == (
        "By their scores, 240 (222 to 259) of the flagged and 80 (63 to 98) of the approved"
        " payments are fraud, of 41,000 payments with a score."
    )
    assert table.checked == (
        "Checked on the window to 13 Oct, whose truth is in: 1 of 1 rate lay outside of what was"
        " found."
    )


def test_what_was_never_checked_says_so() -> None:
    body = examples.body()
    refused = "The scores have not been checked yet."
    body["expected"]["last"] = {"start": None, "end": None, "rates": {}, "refused": refused}
    table = expected_table(body)
    assert table.checked == refused
    assert {row.sentence for row in table.rows} == {"not checked yet"}


def test_claims_to_come_stand_beside_those_that_came() -> None:
    body = examples.body()
    frauds = Estimate("claimed_frauds", 93.0, 74.0, 118.0, "gamma", 42, 42.0, 42, 0.45)
    body["claims"] = {"so_far": 42, "claimed_frauds": frauds.as_dict()}
    figure = figures(body, "EUR")["claimed_frauds"]
    assert (figure.value, figure.bounds) == ("93", "74 to 118")


def test_frauds_that_wait_for_a_second_person_are_told() -> None:
    body = {**examples.body(), "unconfirmed": 2}
    sentence = figures(body, "EUR")["opinion_share"].sentence
    assert sentence.endswith("2 frauds more count once a second person agrees.")
