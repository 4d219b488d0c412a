"""Promotion and roll-back: the version and its policy change together, and all of it is kept."""

from datetime import timedelta

import pytest

from scoring.domain.errors import Problem
from scoring.models import ModelVersion, PolicyActivation, StageChange
from scoring.selectors.policies import active_policy
from scoring.selectors.registry import production_version, way_back
from scoring.services.registry import change_stage, load_estimator, loading, promote, roll_back
from tests.versions import REASON, add_policy, add_version, put_into_production

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.FRAUDREVIEW_MODELS = tmp_path
    loading._loaded.clear()
    return tmp_path


def refused(service, **arguments):
    before = (StageChange.objects.count(), PolicyActivation.objects.count())
    with pytest.raises(Problem) as refusal:
        service(**arguments)
    assert (StageChange.objects.count(), PolicyActivation.objects.count()) == before
    return refusal.value.code


def stages():
    return dict(ModelVersion.objects.values_list("number", "stage"))


def test_a_new_version_is_a_candidate_that_decides_nothing(now):
    first, second = add_version(now=now), add_version(now=now, seed=1)
    assert (first.number, second.number) == (1, 2)
    assert stages() == {1: "candidate", 2: "candidate"}
    assert active_policy().model_version is None


def test_promotion_switches_version_and_policy_at_once(now, dana):
    version = add_version(now=now)
    policy = put_into_production(version, by=dana, now=now)
    assert production_version() == version
    assert active_policy() == policy
    activation = PolicyActivation.objects.latest("id")
    assert activation.stage_change.model_version == version
    assert (activation.activated_by, activation.reason) == (dana, REASON)


def test_the_version_before_is_archived(now, dana):
    for seed in (0, 1):
        put_into_production(add_version(now=now, seed=seed), by=dana, now=now)
    assert stages() == {1: "archived", 2: "production"}
    archived = StageChange.objects.get(to_stage="archived")
    assert archived.reason == f"Replaced by v2: {REASON}"


def test_one_click_goes_back_to_the_pair_before(now, dana):
    policies = [
        put_into_production(add_version(now=now, seed=seed), by=dana, now=now) for seed in (0, 1)
    ]
    later = now + timedelta(minutes=5)
    change = roll_back(by=dana, reason="Wrongful declines doubled.", now=later)
    assert (change.model_version.number, change.to_stage) == (2, "rolled_back")
    assert stages() == {1: "production", 2: "rolled_back"}
    assert active_policy() == policies[0]
    assert PolicyActivation.objects.latest("id").activated_at == later


def test_the_first_model_goes_back_to_people(now, dana):
    before = active_policy()
    put_into_production(add_version(now=now), by=dana, now=now)
    roll_back(by=dana, reason="It blocks everybody in Spain.", now=now)
    assert stages() == {1: "rolled_back"}
    assert active_policy() == before


def test_a_rolled_back_version_is_no_way_back(now, dana):
    for seed in (0, 1, 2):
        put_into_production(add_version(now=now, seed=seed), by=dana, now=now)
    roll_back(by=dana, reason="Wrongful declines doubled.", now=now)
    assert production_version().number == 2
    assert way_back().model_version.number == 1


def test_a_rolled_back_version_cannot_be_promoted_again(now, dana):
    policy = put_into_production(add_version(now=now), by=dana, now=now)
    roll_back(by=dana, reason="Wrongful declines doubled.", now=now)
    code = refused(promote, policy=policy, by=dana, reason=REASON, now=now)
    assert code == "version_poisoned"


def test_an_archived_version_can_be_promoted_again(now, dana):
    versions = [add_version(now=now, seed=seed) for seed in (0, 1)]
    for version in versions:
        put_into_production(version, by=dana, now=now)
    put_into_production(versions[0], by=dana, now=now)
    assert stages() == {1: "production", 2: "archived"}


def test_the_machine_may_not_promote(now):
    policy = add_policy(add_version(now=now), now=now)
    code = refused(promote, policy=policy, by=None, reason=REASON, now=now)
    assert code == "machine_may_only_retreat"


def test_the_machine_may_roll_back(now, dana):
    put_into_production(add_version(now=now), by=dana, now=now)
    roll_back(by=None, reason="The gate of wrongful declines failed.", now=now)
    assert production_version() is None


def test_a_reason_needs_twenty_characters(now, dana):
    policy = add_policy(add_version(now=now), now=now)
    arguments = {"by": dana, "reason": "   because         ", "now": now}
    assert refused(promote, policy=policy, **arguments) == "reason_too_short"
    assert refused(roll_back, **arguments) == "reason_too_short"


def test_an_altered_artefact_is_never_promoted(now, dana, storage):
    version = add_version(now=now)
    policy = add_policy(version, now=now)
    model = storage / version.artefact / "model.ubj"
    model.write_bytes(model.read_bytes()[:-1] + b"x")
    code = refused(promote, policy=policy, by=dana, reason=REASON, now=now)
    assert code == "artefact_altered"
    assert production_version() is None


def test_a_lost_artefact_is_no_way_back(now, dana, storage):
    for seed in (0, 1):
        put_into_production(add_version(now=now, seed=seed), by=dana, now=now)
    loading._loaded.clear()
    (storage / ModelVersion.objects.get(number=1).artefact / "model.ubj").unlink()
    code = refused(roll_back, by=dana, reason="Wrongful declines doubled.", now=now)
    assert code == "artefact_missing"
    assert stages() == {1: "archived", 2: "production"}


def test_nothing_to_roll_back(now, dana):
    code = refused(roll_back, by=dana, reason="Wrongful declines doubled.", now=now)
    assert code == "nothing_to_roll_back"


@pytest.mark.parametrize(
    ("stage", "code"),
    [
        ("shadow", "stage_not_available"),
        ("staging", "unknown_stage"),
        ("production", "policy_required"),
        ("candidate", "stage_not_available"),
    ],
)
def test_stages_that_have_no_effect_are_refused(now, dana, stage, code):
    version = add_version(now=now)
    arguments = {"model_version": version, "to_stage": stage, "by": dana, "now": now}
    assert refused(change_stage, reason=REASON, **arguments) == code


def test_a_version_is_not_promoted_with_the_policy_of_another(now, dana):
    version, other = add_version(now=now), add_version(now=now, seed=1)
    arguments = {"model_version": version, "policy": add_policy(other, now=now), "now": now}
    code = refused(change_stage, to_stage="production", by=dana, reason=REASON, **arguments)
    assert code == "policy_of_another_version"


def test_the_deciding_version_is_not_archived_without_a_successor(now, dana):
    version = add_version(now=now)
    put_into_production(version, by=dana, now=now)
    arguments = {"model_version": version, "by": dana, "reason": REASON, "now": now}
    assert refused(change_stage, to_stage="archived", **arguments) == "needs_successor"
    change_stage(to_stage="rolled_back", **arguments)
    assert active_policy().model_version is None


def test_a_candidate_can_be_archived(now, dana):
    version = add_version(now=now)
    change_stage(model_version=version, to_stage="archived", by=dana, reason=REASON, now=now)
    assert stages() == {1: "archived"}


def test_the_history_tells_who_moved_what_and_why(now, dana):
    put_into_production(add_version(now=now), by=dana, now=now)
    roll_back(by=dana, reason="Wrongful declines doubled.", now=now)
    told = StageChange.objects.order_by("id").values_list("from_stage", "to_stage", "changed_by")
    assert list(told) == [
        ("", "candidate", None),
        ("candidate", "production", dana.pk),
        ("production", "rolled_back", dana.pk),
    ]


def test_a_loaded_version_is_verified_once_for_each_process(now, storage):
    version = add_version(now=now)
    first = load_estimator(version)
    (storage / version.artefact / "model.ubj").unlink()
    assert load_estimator(version) is first
