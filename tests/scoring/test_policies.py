"""Decision policies: a draft with faults is refused whole, and a policy is never edited."""

from dataclasses import replace

import pytest
from django.db import Error, transaction

from scoring.domain.errors import Problem
from scoring.domain.policy import InvalidPolicy
from scoring.models import DecisionPolicy, PolicyActivation
from scoring.selectors.policies import active_policy
from scoring.services.policies import activate_policy, create_policy, draft_for
from tests.versions import REASON, RULE, add_policy, add_version, put_into_production

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.FRAUDREVIEW_MODELS = tmp_path


@pytest.fixture
def draft(now):
    return draft_for(add_version(now=now), like=active_policy())


def test_a_draft_takes_thresholds_from_the_evidence_and_the_rest_from_the_present(draft):
    assert (draft.review_threshold, draft.block_threshold, draft.rule) == (0.2, 0.8, RULE)
    assert draft.review_capacity == active_policy().review_capacity


def test_policies_are_numbered_and_bind_their_version(draft, dana, now):
    policy = create_policy(draft=draft, by=dana, now=now)
    assert policy.number == 2
    assert policy.model_version == draft.model_version
    assert policy.created_by == dana


def test_a_new_policy_decides_nothing_yet(draft, dana, now):
    before = active_policy()
    create_policy(draft=draft, by=dana, now=now)
    assert active_policy() == before


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"review_threshold": 0.9}, "review_threshold", "thresholds_cross"),
        ({"block_threshold": 1.2}, "block_threshold", "invalid"),
        ({"block_threshold": float("nan")}, "block_threshold", "invalid"),
        ({"rule": "short"}, "rule", "too_short"),
        ({"review_capacity": -1}, "review_capacity", "invalid"),
        ({"review_minutes": 0}, "review_minutes", "invalid"),
        ({"timeout_action": "forget"}, "timeout_action", "invalid"),
        ({"fallback_outcome": "guess"}, "fallback_outcome", "invalid"),
        ({"over_capacity_outcome": "review"}, "over_capacity_outcome", "invalid"),
        ({"explanation_hidden_share": -0.1}, "explanation_hidden_share", "invalid"),
        ({"score_hidden_share": 0.6}, "score_hidden_share", "invalid"),
        ({"score_hidden_share": float("nan")}, "score_hidden_share", "invalid"),
        (
            {"explanation_hidden_share": 0.3, "score_hidden_share": 0.3},
            "score_hidden_share",
            "too_much_hidden",
        ),
        ({"costs": {"loss_share": "-1"}}, "costs.loss_share", "invalid"),
        ({"costs": {"luck": "1"}}, "costs.luck", "unknown_field"),
        ({"audit_rates": {"approve": 0}}, "audit_rates.approve", "invalid"),
    ],
)
def test_a_faulty_draft_is_refused_by_field(draft, now, change, field, code):
    with pytest.raises(InvalidPolicy) as refusal:
        create_policy(draft=replace(draft, **change), by=None, now=now)
    assert [(fault.field, fault.code) for fault in refusal.value.errors] == [(field, code)]
    assert DecisionPolicy.objects.count() == 1


def test_every_fault_is_told_at_once(draft, now):
    faulty = replace(draft, review_threshold=0.9, rule="", review_capacity=-3)
    with pytest.raises(InvalidPolicy) as refusal:
        create_policy(draft=faulty, by=None, now=now)
    assert len(refusal.value.errors) == 3


def test_nothing_is_hidden_unless_somebody_says_so(draft):
    assert (draft.explanation_hidden_share, draft.score_hidden_share) == (0, 0)


def test_thresholds_may_be_left_out(draft, now):
    create_policy(draft=replace(draft, block_threshold=None), by=None, now=now)
    create_policy(draft=replace(draft, review_threshold=None), by=None, now=now)


def test_a_policy_of_the_deciding_version_can_be_activated(now, dana):
    version = add_version(now=now)
    put_into_production(version, by=dana, now=now)
    stricter = replace(draft_for(version, like=active_policy()), review_threshold=0.05)
    policy = create_policy(draft=stricter, by=dana, now=now)
    activation = activate_policy(policy=policy, by=dana, reason=REASON, now=now)
    assert active_policy() == policy
    assert activation.stage_change is None


def test_a_policy_of_another_version_needs_a_promotion(draft, dana, now):
    policy = create_policy(draft=draft, by=dana, now=now)
    with pytest.raises(Problem) as refusal:
        activate_policy(policy=policy, by=dana, reason=REASON, now=now)
    assert refusal.value.code == "policy_of_another_version"
    assert PolicyActivation.objects.count() == 1


def test_the_active_policy_is_not_activated_again(now, dana):
    policy = put_into_production(add_version(now=now), by=dana, now=now)
    with pytest.raises(Problem) as refusal:
        activate_policy(policy=policy, by=dana, reason=REASON, now=now)
    assert refusal.value.code == "already_active"


@pytest.mark.parametrize(("explanation", "score"), [(0.1, 0.4), (0.15, 0.35), (0.5, 0), (0, 0.5)])
def test_half_of_the_first_looks_may_hide_something(draft, now, explanation, score):
    shares = {"explanation_hidden_share": explanation, "score_hidden_share": score}
    policy = create_policy(draft=replace(draft, **shares), by=None, now=now)
    policy.refresh_from_db()
    assert (policy.explanation_hidden_share, policy.score_hidden_share) == (explanation, score)


def test_a_policy_is_never_edited(now):
    policy = add_policy(add_version(now=now), now=now)
    with pytest.raises(Error, match="append_only"), transaction.atomic():
        DecisionPolicy.objects.filter(pk=policy.pk).update(review_threshold=0.5)
