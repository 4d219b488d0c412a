"""The page of policies: the list, a new immutable policy, and letting one decide."""

import pytest

from scoring.models import DecisionPolicy
from scoring.selectors.policies import active_policy
from tests.versions import REASON, RULE, add_version, put_into_production

pytestmark = pytest.mark.django_db

FIELDS = {
    "review_threshold": "0.05", "block_threshold": "0.6", "rule": RULE, "loss_share": "1",
    "chargeback_fee": "20", "margin_share": "0.1", "churn_cost": "10",
    "review_cost_per_minute": "0.6", "minutes_a_review": "4", "audit_approve": "0.01",
    "audit_approve_near": "0.05", "audit_block": "0.2", "review_capacity": "100",
    "review_minutes": "30", "timeout_action": "decline", "fallback_outcome": "review",
    "over_capacity_outcome": "approve", "model_version": "1",
    "explanation_hidden_share": "0", "score_hidden_share": "0",
}  # fmt: skip


@pytest.fixture(autouse=True)
def champion(settings, tmp_path, now, dana):
    settings.FRAUDREVIEW_MODELS = tmp_path
    version = add_version(now=now)
    put_into_production(version, by=dana, now=now)
    return version


@pytest.fixture
def owner(client_of, dana):
    return client_of(dana)


def test_the_deciding_policy_is_marked(owner):
    text = owner.get("/policies/").content.decode()
    assert "Policy 2 decides with" in text
    assert text.count("is-selected") == 1


def test_the_form_starts_from_the_deciding_policy(owner):
    text = owner.get("/policies/new/").content.decode()
    assert 'value="0.2"' in text
    assert RULE in text


def test_a_new_policy_is_made_and_decides_nothing(owner, dana):
    response = owner.post("/policies/new/", FIELDS, follow=True)
    policy = DecisionPolicy.objects.latest("number")
    assert "Policy 3 is made" in response.content.decode()
    assert (policy.review_threshold, policy.block_threshold) == (0.05, 0.6)
    assert policy.audit_rates == {"approve": 0.01, "approve_near": 0.05, "block": 0.2}
    assert policy.costs["review_minutes"] == "4"
    assert policy.created_by == dana
    assert active_policy().number == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"review_threshold": "0.7"}, "must not lie above the block threshold"),
        ({"block_threshold": "1.5"}, "between 0 and 1"),
        ({"review_threshold": "nan"}, "number"),
        ({"audit_block": "0"}, "must be above 0"),
        ({"loss_share": "much"}, "must be 0 or more"),
        ({"rule": "because"}, "at least 20 characters"),
        ({"review_capacity": "-1"}, "review capacity"),
        ({"model_version": "9"}, "no model version 9"),
        ({"timeout_action": "forget"}, "valid choice"),
        ({"explanation_hidden_share": "0.3", "score_hidden_share": "0.3"}, "together at most 0.5"),
    ],
)
def test_a_faulty_policy_is_refused_and_what_was_typed_stays(owner, change, words):
    response = owner.post("/policies/new/", {**FIELDS, **change})
    text = response.content.decode()
    assert response.status_code == 400
    assert words in text
    assert 'value="20"' in text
    assert DecisionPolicy.objects.count() == 2


def test_a_policy_of_the_deciding_version_can_take_over(owner):
    owner.post("/policies/new/", FIELDS)
    assert "Let it decide" in owner.get("/policies/").content.decode()
    owner.post("/policies/3/activate/", {"reason": REASON})
    assert active_policy().number == 3


def test_letting_a_policy_decide_needs_a_reason(owner):
    owner.post("/policies/new/", FIELDS)
    response = owner.post("/policies/3/activate/", {"reason": "just so, today"})
    assert response.status_code == 400
    assert "just so, today" in response.content.decode()
    assert active_policy().number == 2


def test_a_policy_of_another_version_needs_a_promotion(owner, now):
    add_version(now=now, seed=1)
    owner.post("/policies/new/", {**FIELDS, "model_version": "2"})
    response = owner.post("/policies/3/activate/", {"reason": REASON})
    assert response.status_code == 409
    assert "promote that version" in response.content.decode()


def test_what_a_policy_hides_by_lot_is_said_in_words(owner):
    owner.post(
        "/policies/new/",
        {**FIELDS, "explanation_hidden_share": "0.1", "score_hidden_share": "0.05"},
    )
    policy = DecisionPolicy.objects.latest("number")
    assert (policy.explanation_hidden_share, policy.score_hidden_share) == (0.1, 0.05)
    text = owner.get("/policies/").content.decode().replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert text.count("of first looks without the score") == 1
    assert "By lot, 5 % of first looks without the score and 10 % without reasons." in text


BUDGET = {"audits_approve": "40", "audits_block": "10", "audits_block_minutes": "12"}


def test_a_policy_states_a_budget_of_audits(owner):
    owner.post("/policies/new/", {**FIELDS, **BUDGET})
    policy = DecisionPolicy.objects.latest("number")
    assert policy.audit_budget == {
        "approve": 40.0,
        "block": 10.0,
        "approve_minutes": "4",
        "block_minutes": "12",
    }
    # 40 looks of 4 minutes and 10 of 12, at 0.60 a minute.
    told = "Audits a day: 40 approved, 10 blocked; 280 min, €168."
    assert told in owner.get("/policies/").content.decode()


def test_without_a_budget_a_policy_keeps_its_rates(owner):
    owner.post("/policies/new/", {**FIELDS, "audits_block_minutes": "12"})
    assert DecisionPolicy.objects.latest("number").audit_budget == {}


def test_a_budget_for_one_side_alone_is_refused_beside_its_field(owner):
    response = owner.post("/policies/new/", {**FIELDS, "audits_approve": "40"})
    assert response.status_code == 400
    assert "the audit budget block must be above 0" in response.content.decode()


def test_only_the_owner_makes_policies(client_of, max_):
    client = client_of(max_)
    assert client.get("/policies/").status_code == 200
    assert client.get("/policies/new/").status_code == 403
    assert client.post("/policies/2/activate/", {"reason": REASON}).status_code == 403


def test_an_unknown_policy_is_not_found(owner):
    assert owner.get("/policies/77/activate/").status_code == 404
