"""A payment's labels as a timeline, on its page and on the page of its case."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import services
from labeling.domain.resolution import Claim
from labeling.models import Label, ReviewCase
from labeling.services.labels import record_labels
from tests.labeling.payments import decide, draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db
HEADING = "What we hold for true"


@pytest.fixture
def soon():
    return timezone.now().replace(microsecond=0)


def say(payment, value, source, at, **fields):
    record_labels(claims=[Claim(payment.pk, value, source, at, **fields)], now=at)


def page(client, payment):
    answer = client.get(f"/transactions/{payment.external_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def disputed(soon, lea):
    """Replaced, charged back, contradicted, and won."""
    payment = pay(now=soon - timedelta(days=40))
    days = [soon - timedelta(days=age) for age in (30, 20, 10, 5)]
    say(payment, "fraud", "manual", days[0], reviewer_id=lea.pk)
    say(payment, "unknown", "manual", days[1], supersedes_id=Label.objects.get().pk)
    say(payment, "fraud", "chargeback", days[2], reason="10.4", occurred_at=days[1])
    say(payment, "legitimate", "customer_confirmation", days[2], verification="documents")
    say(payment, "legitimate", "dispute_reversal", days[3], dispute_stage="representment_won")
    return payment


def test_each_claim_is_told_with_what_it_changed(client_of, alice, disputed):
    html = page(client_of(alice), disputed)
    table = html[html.index(HEADING) : html.index("What happened")]
    places = [
        table.index(words)
        for words in (
            "Fraud by a chargeback, first said",
            "A chargeback says fraud, the customer says legitimate.",
            "replaced by a later one",
            "Lea",
            "code 10.4",
            "documents",
            "representment won",
            "Winning it moved the loss",
        )
    ]
    assert places == sorted(places)
    assert table.count("<del>") == 1
    assert "Kind of fraud: third party." in table


def test_a_payment_of_which_nobody_spoke_says_so(client_of, alice, soon):
    html = page(client_of(alice), pay(now=soon))
    assert HEADING in html
    assert "Nobody has said anything about this payment yet" in html


@pytest.mark.parametrize(
    ("outcome", "days", "words"),
    [
        ("approve", 31, "the silence counts as legitimate, unless captures"),
        ("approve", 3, "counts as legitimate from"),
        ("block", 31, "The silence says nothing"),
    ],
)
def test_what_silence_says_is_told(client_of, max_, soon, outcome, days, words):
    payment = pay(now=soon - timedelta(days=days))
    decide(payment, outcome, now=soon - timedelta(days=days))
    assert words in page(client_of(max_), payment)


def test_a_captured_payment_is_legitimate_by_silence(client_of, max_, soon):
    payment = pay(now=soon - timedelta(days=40), payment_stage="captured")
    decide(payment, "approve", now=soon - timedelta(days=40))
    assert "moved and stayed for 30 days" in page(client_of(max_), payment)


def test_first_party_fraud_says_that_no_model_learns_from_it(client_of, alice, soon):
    payment = pay(now=soon)
    say(payment, "fraud", "chargeback", soon, fraud_type="friendly_fraud")
    assert "No model learns from it" in page(client_of(alice), payment)


@pytest.mark.parametrize("role", ["alice", "lea", "sam", "max_", "dana"])
def test_every_role_reads_it(client_of, request, disputed, role):
    assert HEADING in page(client_of(request.getfixturevalue(role)), disputed)


def test_who_may_judge_blind_does_not_see_that_there_are_labels(client_of, alice, sam, soon):
    payment = draw_for_audit("approve", now=soon)
    say(payment, "fraud", "fraud_report", soon, fraud_type="stolen_card")
    services.open_cases(now=soon)
    hidden = page(client_of(alice), payment)
    assert HEADING not in hidden
    assert "stolen" not in hidden
    assert HEADING in page(client_of(sam), payment)


def test_the_case_tells_labels_and_their_conflict(client_of, alice, soon):
    payment = hold(now=soon)
    say(payment, "fraud", "chargeback", soon, reason="12.5")
    say(payment, "fraud", "fraud_report", soon)
    say(payment, "legitimate", "customer_confirmation", soon + timedelta(seconds=1))
    services.open_cases(now=soon)
    task = services.claim_task(reviewer=alice, now=soon)
    html = client_of(alice).get(f"/tasks/{task.pk}/").content.decode()
    assert "Legitimate by the customer, first said" in html
    assert "12.5 is not in our table" in html
    assert "They count alike, so the newer one is believed." in html


def test_the_page_takes_the_same_queries_for_any_number_of_labels(
    client_of, alice, disputed, django_assert_num_queries
):
    client = client_of(alice)
    page(client, disputed)
    with django_assert_num_queries(14) as counted:
        page(client, disputed)
    for number in range(5):
        say(disputed, "fraud", "fraud_report", timezone.now(), reason=str(number))
    with django_assert_num_queries(len(counted)):
        page(client, disputed)


def test_the_case_of_a_payment_on_which_two_people_disagree_can_be_read(
    client_of, alice, bob, lea, soon
):
    payment = hold(now=soon)
    services.open_cases(now=soon)
    say(payment, "legitimate", "verdict", soon, reviewer_id=alice.pk)
    say(payment, "fraud", "second_review", soon, reviewer_id=bob.pk)
    answer = client_of(lea).get(f"/cases/{ReviewCase.objects.get().pk}/")
    assert answer.status_code == 200
