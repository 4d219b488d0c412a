"""The executive page: counted money and work, limits, expectations, the file, and its age."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from labeling.domain.resolution import Claim
from labeling.services.labels import record_labels
from monitoring.domain.freshness import freshness
from monitoring.models import ChargebackLimit
from monitoring.services.reports import run_report
from tests.monitoring import dashboard_examples as examples
from tests.monitoring.decided import Answers, add_decided
from tests.monitoring.test_dashboard_templates import drift_page, executive_page

PAGE = "/dashboards/executive/"
HOUR = timedelta(hours=1)


def late(dashboard):
    old = freshness(as_of=examples.NOW, now=examples.NOW + 3 * HOUR, every=HOUR)
    return replace(dashboard, freshness=old)


@pytest.fixture
def executive() -> str:
    return executive_page(examples.executive())


@pytest.fixture
def reported():
    """A day of decisions in which 2 of 200 approved payments were charged back."""
    now = timezone.now()
    ids = add_decided("approve", 200, at=now - timedelta(days=1))
    add_decided("review", 20, at=now - timedelta(days=1), answers=Answers(8, 12))
    claims = [Claim(number, "fraud", "chargeback", now - HOUR, reason="10.4") for number in ids[:2]]
    record_labels(claims=claims, now=now)
    return run_report(kind="performance", now=now)


def test_the_first_screen_answers_and_everything_else_explains(executive) -> None:
    places = [
        executive.index(title)
        for title in (
            ">Wrongful declines<",
            ">Precision<",
            ">Review capacity<",
            ">Wrongful declines by week<",
            ">Gross fraud<",
            ">Approval rate<",
            ">What each number means and rests on<",
        )
    ]
    assert places == sorted(places)


def test_a_ratio_over_your_limit_says_so_in_words(executive) -> None:
    tile = executive.split("<h3>Chargeback ratio</h3>")[1].split("</section>")[0]
    assert "your limit 0.90" in tile
    assert "Near your limit." in tile
    within = replace(examples.executive().chargebacks[0], state="within")
    over = replace(within, state="exceeded")
    for ratio, words in ((within, "Within your limit."), (over, "Over your limit.")):
        assert words in executive_page(replace(examples.executive(), chargebacks=(ratio,)))


def test_a_single_scheme_is_told_as_a_lower_bound(executive) -> None:
    table = executive.split('id="schemes-title"')[1].split("</table>")[0]
    assert "at least" in table.split("Visa")[1]
    assert "not proven" in table.split("Visa")[1]


def test_the_expectation_is_labelled_and_stands_beside_the_estimate(executive) -> None:
    panel = executive.split('id="expected-title"')[1].split("</section>")[0]
    assert "Expected if the scores are right" in panel
    assert "+9.0 points, outside the interval" in panel
    assert "An expectation is not a measurement" in panel


def test_the_table_of_evidence_has_every_number_with_its_definition(executive) -> None:
    table = executive.split('id="names-title"')[1].split("</table>")[0]
    for figure in examples.executive().figures.values():
        assert f"<code>{figure.name}</code>" in table
        assert figure.definition.replace("'", "&#x27;") in table


def test_a_report_that_is_too_old_says_what_to_do(rf) -> None:
    for html in (
        executive_page(late(examples.executive())),
        drift_page(late(examples.drift()), rf),
    ):
        assert "no report was computed since" in html
        assert "manage.py doctor" in html
        assert "the next one was due at 11:24" in html
    assert "no report was computed since" not in executive_page(examples.executive())


def test_both_pages_say_when_they_were_computed_and_when_next(rf, executive) -> None:
    for html in (executive, drift_page(examples.drift(), rf)):
        assert "As of 12 Nov 10:24; computed every 1 h, next about 11:24." in html


@pytest.mark.django_db
def test_an_edited_limit_counts_at_once(client_of, max_, reported) -> None:
    assert "Over your limit." in client_of(max_).get(PAGE).content.decode()
    ChargebackLimit.objects.update(limit=0.05)
    assert "Within your limit." in client_of(max_).get(PAGE).content.decode()
    ChargebackLimit.objects.update(limit=None)
    assert "no limit set" in client_of(max_).get(PAGE).content.decode()


@pytest.mark.django_db
def test_a_limit_is_a_share() -> None:
    limit = ChargebackLimit.objects.get(scheme="all")
    limit.limit = 1.5
    with pytest.raises(Exception, match="above 0 and at most 1"):
        limit.full_clean()


@pytest.mark.django_db
def test_the_file_has_the_numbers_of_the_page(client_of, max_, reported) -> None:
    answer = client_of(max_).get(PAGE, {"format": "csv"})
    assert "attachment" in answer["Content-Disposition"]
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(answer.content.decode()))}
    assert float(rows["gross_fraud_rate"]["estimate"]) == pytest.approx(100 / 10_000)
    assert rows["chargeback_ratio"]["events"] == "2"
    assert rows["recall"]["estimate"] == ""
    assert rows["recall"]["refused"]
    assert rows["expected_precision"]["method"] == "expected"
    again = client_of(max_).get(PAGE, {"format": "json"}).json()
    assert {row["name"] for row in again["figures"]} == set(rows)


@pytest.mark.django_db
def test_without_a_report_there_is_no_file(client_of, max_) -> None:
    assert "No report yet" in client_of(max_).get(PAGE, {"format": "csv"}).content.decode()


@pytest.mark.django_db
def test_the_api_tells_the_same_numbers(api_key, reported) -> None:
    body = api_key("metrics:read").get("/api/v1/metrics/performance/").json()
    assert body["operations"]["gross_fraud_rate"]["estimate"] == pytest.approx(0.01)
    whole, visa = body["chargebacks"][:2]
    assert (whole["ratio"], whole["state"], whole["limit"]) == (0.01, "exceeded", 0.009)
    assert (visa["scheme"], visa["at_least"]) == ("visa", True)
    assert {row["name"] for row in body["expected"]["rates"]} >= {"precision", "recall"}
    assert "not been checked" in body["expected"]["last"]["refused"]
    assert body["late"] is False


@pytest.mark.django_db
def test_a_report_of_an_older_version_is_still_told(api_key, client_of, max_, reported) -> None:
    del reported.body["operations"], reported.body["expected"]
    reported.save()
    body = api_key("metrics:read").get("/api/v1/metrics/performance/").json()
    assert (body["operations"], body["chargebacks"], body["expected"]) == (None, [], None)
    assert client_of(max_).get(PAGE).status_code == 200


@pytest.mark.django_db
def test_admins_keep_the_limits_and_nobody_else(client_of, dana, lea, max_) -> None:
    limit = ChargebackLimit.objects.get(scheme="all")
    page = f"/admin/monitoring/chargebacklimit/{limit.pk}/change/"
    edited = {"scheme": "all", "limit": "0.007", "note": "From our contract."}
    for person in (lea, max_):
        assert client_of(person).post(page, edited).status_code == 403
    assert client_of(dana).post(page, edited).status_code == 302
    limit.refresh_from_db()
    assert (limit.limit, limit.note) == (0.007, "From our contract.")
