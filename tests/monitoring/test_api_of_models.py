"""REST for the model owner: ask for a run, move a version, make a policy; stable errors."""

import pytest

from monitoring.models import TrainingRun
from scoring.models import DecisionPolicy, ModelVersion, StageChange
from scoring.selectors.policies import active_policy
from scoring.services.api_keys import create_api_key
from tests.versions import REASON, RULE, add_policy, add_version, put_into_production

pytestmark = pytest.mark.django_db

RUNS = "/api/v1/training-runs/"
VERSIONS = "/api/v1/model-versions/"
POLICIES = "/api/v1/policies/"
NEW = {"model_version": 1, "review_threshold": 0.05, "block_threshold": 0.6, "rule": RULE}


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.FRAUDREVIEW_MODELS = tmp_path


@pytest.fixture
def owner(api_key, dana):
    """A program that acts for Dana."""
    return api_key("models", acts_for=dana)


@pytest.fixture
def machine(api_key):
    """A program with nobody behind it."""
    return api_key("models")


def refused(response, status, code):
    assert (response.status_code, response.json()["code"]) == (status, code)
    return response.json()


def stage(client, number, to_stage, **fields):
    body = {"stage": to_stage, "reason": REASON, **fields}
    return client.post(f"{VERSIONS}{number}/stage/", body, format="json")


def test_a_run_is_asked_for_and_seen(owner, dana):
    answer = owner.post(RUNS, {"feature_set": "card", "model": "logistic"}, format="json")
    assert answer.status_code == 202
    assert (answer.json()["status"], answer.json()["trigger"]) == ("queued", "api")
    run = TrainingRun.objects.get()
    assert run.requested_by == dana
    assert run.options["estimator"]["kind"] == "logistic"
    assert [each["id"] for each in owner.get(RUNS).json()["results"]] == [run.pk]


def test_a_second_run_is_a_conflict(owner):
    owner.post(RUNS, {}, format="json")
    refused(owner.post(RUNS, {}, format="json"), 409, "training_in_progress")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"feature_set": "/etc/passwd"}, "feature_set"),
        ({"model": "oracle"}, "model"),
        ({"label_delay_days": -1}, "label_delay_days"),
        ({"window_from": "yesterday"}, "window_from"),
        ({"window_from": "1969-12-31T00:00:00Z"}, "window_from"),
        ({"window_until": "0001-01-02T00:00:00Z"}, "window_until"),
        ({"window_until": "9999-12-31T00:00:00Z"}, "window_until"),
        ({"tress": 100}, "tress"),
        (
            {"window_from": "2026-02-01T00:00:00Z", "window_until": "2026-01-01T00:00:00Z"},
            "window_from",
        ),
    ],
)
def test_an_impossible_run_is_refused_by_field(owner, body, field):
    answer = refused(owner.post(RUNS, body, format="json"), 400, "invalid")
    assert [error["field"] for error in answer["errors"]] == [field]
    assert TrainingRun.objects.count() == 0


def test_versions_come_with_their_history(owner, dana, now):
    put_into_production(add_version(now=now), by=dana, now=now)
    (version,) = owner.get(VERSIONS).json()["results"]
    assert (version["number"], version["stage"]) == (1, "production")
    assert [change["to_stage"] for change in version["stage_changes"]] == [
        "candidate",
        "production",
    ]
    assert version["stage_changes"][1]["changed_by"] == "dana"


def test_a_promotion_switches_version_and_policy(owner, dana, now):
    add_version(now=now)
    assert stage(owner, 1, "production").json()["stage"] == "production"
    assert active_policy().model_version.number == 1
    assert StageChange.objects.latest("id").changed_by == dana


def test_a_promotion_can_name_its_policy(owner, now):
    policy = add_policy(add_version(now=now), now=now)
    assert stage(owner, 1, "production", policy=policy.number).status_code == 200
    assert active_policy() == policy


def test_who_made_a_key_answers_for_it(now, dana):
    from rest_framework.test import APIClient

    _, secret = create_api_key(name="ci", scopes=["models"], now=now, created_by=dana)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {secret}")
    add_version(now=now)
    assert stage(client, 1, "production").status_code == 200
    assert StageChange.objects.latest("id").changed_by == dana


def test_a_machine_may_not_promote(machine, now):
    add_version(now=now)
    refused(stage(machine, 1, "production"), 409, "machine_may_only_retreat")
    assert active_policy().model_version is None
    assert DecisionPolicy.objects.count() == 1


def test_a_machine_may_roll_back(machine, dana, now):
    put_into_production(add_version(now=now), by=dana, now=now)
    assert stage(machine, 1, "rolled_back").json()["stage"] == "rolled_back"
    assert active_policy().model_version is None


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"to_stage": "shadow"}, 400, "stage_not_available"),
        ({"to_stage": "staging"}, 400, "invalid"),
        ({"to_stage": "production", "reason": "because"}, 400, "reason_too_short"),
        ({"to_stage": "production", "policy": 99}, 404, "unknown_policy"),
        ({"to_stage": "production", "policy": 1}, 409, "policy_of_another_version"),
        ({"to_stage": "rolled_back"}, 409, "invalid_transition"),
    ],
)
def test_a_move_that_cannot_be_is_refused(owner, now, fields, status, code):
    add_version(now=now)
    refused(stage(owner, 1, **fields), status, code)
    assert ModelVersion.objects.get().stage == "candidate"


def test_a_poisoned_version_stays_where_it_is(owner, dana, now):
    put_into_production(add_version(now=now), by=dana, now=now)
    stage(owner, 1, "rolled_back")
    refused(stage(owner, 1, "production"), 409, "version_poisoned")


def test_an_unknown_version_is_not_found(owner):
    refused(stage(owner, 12, "production"), 404, "unknown_version")


def test_a_policy_takes_what_is_not_said_from_the_active_one(owner, dana, now):
    add_version(now=now)
    answer = owner.post(POLICIES, NEW, format="json")
    assert answer.status_code == 201
    policy = DecisionPolicy.objects.get(number=2)
    assert policy.costs == active_policy().costs
    assert policy.created_by == dana
    assert (answer.json()["number"], answer.json()["active"]) == (2, False)


def test_a_policy_states_a_budget_of_audits_and_is_told_its_cost(owner, now):
    add_version(now=now)
    body = {**NEW, "audit_budget": {"approve": 40, "block": 10}}
    told = owner.post(POLICIES, body, format="json").json()
    assert told["audit_budget"] == {
        "approve": 40.0,
        "block": 10.0,
        "approve_minutes": "4",
        "block_minutes": "8",
    }
    # 40 looks of 4 minutes and 10 of 8.
    assert told["audit_minutes_a_day"] == 240.0
    one_side = {**NEW, "audit_budget": {"approve": 40}}
    answer = refused(owner.post(POLICIES, one_side, format="json"), 400, "invalid_policy")
    assert [error["field"] for error in answer["errors"]] == ["audit_budget.block"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model_version", "1"),
        ("review_threshold", "0.05"),
        ("block_threshold", True),
        ("rule", 12345678901234567890),
        ("review_capacity", 10.5),
    ],
)
def test_a_value_of_another_type_is_refused(owner, now, field, value):
    add_version(now=now)
    answer = refused(owner.post(POLICIES, {**NEW, field: value}, format="json"), 400, "invalid")
    assert [error["field"] for error in answer["errors"]] == [field]


def test_thresholds_that_cross_are_refused(owner, now):
    add_version(now=now)
    crossed = {**NEW, "review_threshold": 0.7}
    answer = refused(owner.post(POLICIES, crossed, format="json"), 400, "invalid_policy")
    assert answer["errors"][0]["code"] == "thresholds_cross"
    assert DecisionPolicy.objects.count() == 1


def test_a_policy_of_the_deciding_version_can_decide_at_once(owner, dana, now):
    put_into_production(add_version(now=now), by=dana, now=now)
    body = {**NEW, "activate_because": "Fewer reviews while two people are ill."}
    answer = owner.post(POLICIES, body, format="json")
    assert answer.json()["active"] is True
    assert active_policy().number == answer.json()["number"]


def test_a_policy_that_may_not_decide_is_not_made(owner, now):
    add_version(now=now)
    body = {**NEW, "activate_because": "Fewer reviews while two people are ill."}
    refused(owner.post(POLICIES, body, format="json"), 409, "policy_of_another_version")
    assert DecisionPolicy.objects.count() == 1


def test_policies_are_listed_newest_first(owner, now):
    add_policy(add_version(now=now), now=now)
    listed = owner.get(POLICIES).json()["results"]
    assert [(policy["number"], policy["active"]) for policy in listed] == [(2, False), (1, True)]


@pytest.mark.parametrize("address", [RUNS, VERSIONS, POLICIES])
def test_another_scope_opens_nothing(api_key, address):
    assert api_key("metrics:read").get(address).status_code == 403
    assert api_key("transactions:write").post(address, {}, format="json").status_code in (403, 405)
