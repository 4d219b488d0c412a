"""The page says how far people agree and how often they are right; names are for leads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import services
from labeling.models import PracticeAnswer, SecondReviewDraw
from monitoring.selectors.dashboards import review_dashboard
from monitoring.services.reports import run_report
from tests.labeling.checks import judge
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db
PAGE = "/dashboards/review/"
PAIRS = 24


@pytest.fixture(autouse=True)
def checking(settings):
    settings.FRAUDREVIEW_SECOND_REVIEWS = True
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 1.0


@pytest.fixture
def clock():
    return timezone.now()


@pytest.fixture
def looked(clock, alice, bob):
    """Pairs of verdicts, of which two are disputed; every third payment is fraud."""
    for number in range(PAIRS):
        hold(now=clock)
        first = "fraud" if number % 3 == 0 else "legitimate"
        judge(alice, first, now=clock)
        judge(bob, "legitimate" if number in (0, 3) else first, now=clock)
    return clock + timedelta(seconds=1)


@pytest.fixture
def missing(clock, bob):
    """Bob saw six of 24 frauds in practice."""
    payment = hold(now=clock)
    PracticeAnswer.objects.bulk_create(
        PracticeAnswer(
            reviewer=bob,
            transaction=payment,
            value="fraud" if number < 6 else "legitimate",
            truth="fraud",
            truth_source="chargeback",
            given_at=clock,
        )
        for number in range(24)
    )
    return clock + timedelta(seconds=1)


def reported(now):
    """What the page tells right after a report."""
    run_report(kind="review", now=now)
    return review_dashboard(now=now).reported


def main_of(client) -> str:
    """The page right after a report."""
    run_report(kind="review", now=timezone.now())
    return client.get(PAGE).content.decode().split("<main")[1]


def test_agreement_comes_from_the_random_lot_with_its_interval(looked) -> None:
    found = reported(looked).agreement
    rows = {row.title: row for row in found.rows}
    assert found.pairs == PAIRS
    assert rows["Raw agreement"].value == "91.7\N{NARROW NO-BREAK SPACE}%"
    assert " to " in rows["Cohen’s kappa"].interval and rows["Gwet’s AC1"].n == PAIRS


def test_other_checks_never_enter_it(clock, alice, bob, settings) -> None:
    settings.FRAUDREVIEW_RANDOM_SECOND_REVIEWS = 0.0
    hold(now=clock)
    judge(alice, "fraud", now=clock)
    judge(bob, "fraud", now=clock)
    assert SecondReviewDraw.objects.filter(reason="newcomer").count() == 1
    assert reported(clock + timedelta(seconds=1)).agreement.pairs == 0


def test_who_could_not_tell_and_who_has_not_answered_are_told(clock, alice, bob) -> None:
    for answer in ("cannot_tell", None):
        hold(now=clock)
        judge(alice, "legitimate", now=clock)
        if answer:
            judge(bob, answer, now=clock)
    found = reported(clock + timedelta(seconds=1)).agreement
    assert (found.unsure, found.waiting, found.pairs) == (1, 1, 0)


def test_confirmations_say_what_stood_and_what_fell(clock, alice, bob, lea, client_of) -> None:
    for answers in (
        ["fraud"],
        ["legitimate", "legitimate"],
        ["legitimate", "fraud"],
        ["cannot_tell", "cannot_tell"],
        [],
    ):
        draw_for_audit("approve", now=clock)
        judge(alice, "fraud", now=clock)
        for reviewer, answer in zip((bob, lea), answers, strict=False):
            judge(reviewer, answer, now=clock)
    found = reported(clock + timedelta(seconds=1)).confirmation
    settled = found.settled
    assert (settled.same, settled.other, settled.undecided, settled.waiting) == (2, 1, 1, 1)
    assert (found.overturned.hits, found.overturned.of, found.settled.asked) == (1, 3, 5)
    assert "Frauds that need a second person" in main_of(client_of(lea))


def test_leads_and_admins_see_names_and_managers_do_not(looked, client_of, lea, dana, max_) -> None:
    for person in (lea, dana):
        assert "Alice" in main_of(client_of(person))
    text = main_of(client_of(max_))
    assert "Everybody" in text and "Alice" not in text and "alice" not in text


def test_who_surely_misses_too_much_is_a_notice_to_the_lead_alone(
    missing, client_of, lea, max_, bob
) -> None:
    text = main_of(client_of(lea))
    assert "Talk with Bob" in text and "6 of 24 frauds seen" in text
    assert "Talk with" not in main_of(client_of(max_))
    assert "Talk with" not in client_of(bob).get("/me/").content.decode()


def test_whoever_is_talked_of_goes_on_working(missing, bob) -> None:
    services.open_cases(now=missing)
    assert services.claim_task(reviewer=bob, now=missing) is not None


def test_the_page_tells_what_was_true_when_the_report_was_computed(
    looked, client_of, lea, alice, bob
) -> None:
    run_report(kind="review", now=looked)
    hold(now=looked)
    for person in (alice, bob):
        judge(person, "legitimate", now=looked)
    client = client_of(lea)
    text = client.get(PAGE).content.decode()
    assert f'<td class="num">{PAIRS}</td>' in text
    assert "As of" in text and "computed every" in text and "{#" not in text
    assert f'<td class="num">{PAIRS + 1}</td>' in main_of(client)


def test_the_page_reads_no_verdict_and_takes_a_fixed_number_of_queries(
    looked, missing, client_of, lea, django_assert_max_num_queries
) -> None:
    client = client_of(lea)
    main_of(client)
    with django_assert_max_num_queries(10) as captured:
        client.get(PAGE)
    asked = [query["sql"] for query in captured if "labeling_" in query["sql"]]
    assert len(asked) == 1 and "monitoring_labelerrorcandidate" in asked[0]
