"""The page of models: what decides, what could take over, live progress, and the way back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from monitoring.models import TrainingRun
from scoring.models import ModelVersion, StageChange
from scoring.selectors.policies import active_policy
from tests.versions import REASON, add_policy, add_version, put_into_production

pytestmark = pytest.mark.django_db

MEASURE = {
    "name": "fpr", "champion": 0.012, "challenger": 0.009, "difference": -0.003, "low": -0.005,
    "high": -0.001, "higher_is_better": False, "margin": 0.002, "events": 40, "gate": "pass",
}  # fmt: skip
RATE = {"estimate": 0.5, "low": 0.4, "high": 0.6, "n": 40}
CONFUSION = {
    "true_positives": 20, "false_positives": 5, "false_negatives": 20, "true_negatives": 955,
}  # fmt: skip
CLASS = {"precision": 0.8, "recall": 0.5, "f1_score": 0.615, "support": 40}
PREDICTED = {
    "confusion": CONFUSION, "report": {"fraud": CLASS, "legitimate": CLASS},
    "precision": RATE, "recall": RATE, "fpr": RATE,
}  # fmt: skip
TEST = {
    "rows": 1000, "frauds": 40, "prevalence": 0.04, "average_precision": 0.61, "roc_auc": 0.9,
    "recall_at_precision_90": 0.3, "brier_loss": 0.02, "log_loss": 0.1, "cost_per_1000": 900.0,
    "reviews_per_1000": 12.0, "blocked": PREDICTED, "flagged": PREDICTED,
    "curve": [[0.1, 1.0], [0.5, 0.8], [1.0, 0.04]],
}  # fmt: skip
PART = {"from": "2026-10-01T00:00:00+00:00", "until": "2026-10-08T00:00:00+00:00"}


def evidence(champion=None):
    """Metrics as a training run stores them."""
    compared = champion and {
        "number": champion, "policy": 2, "test": TEST, "measures": [MEASURE], "seen_rows": 0,
    }  # fmt: skip
    return {
        "test": {**TEST, "baseline": {**TEST, "average_precision": 0.04, "cost_per_1000": 4000.0}},
        "champion": compared,
        "importances": [{"feature": "amount", "share": 0.7}],
        "dataset": {
            "parts": {"test": {**PART, "rows": 1000, "frauds": 40}},
            "sources": {"chargeback": 40, "import": 960},
        },
        "estimator": {"kind": "xgboost"},
        "calibration": "sigmoid",
    }


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.FRAUDREVIEW_MODELS = tmp_path


@pytest.fixture
def page(client_of, dana):
    """Read a page as Dana, the model owner."""
    client = client_of(dana)

    def read(address="/models/", status=200):
        response = client.get(address)
        assert response.status_code == status
        return response.content.decode()

    return read


def two_versions(now, dana):
    """A champion, and a challenger with a comparison."""
    champion = add_version(now=now, metrics=evidence())
    put_into_production(champion, by=dana, now=now)
    return champion, add_version(now=now, seed=1, metrics=evidence(champion=1))


def run(now, **fields):
    values = {"trigger": "button", "feature_set": "card", "requested_at": now, **fields}
    return TrainingRun.objects.create(**values)


def test_an_empty_installation_says_what_happens_next(page):
    text = page()
    assert "No model decides yet" in text
    assert "Train a candidate" in text


def test_the_challenger_stands_beside_the_champion(page, now, dana):
    two_versions(now, dana)
    text = page()
    assert "Challenger v2 against champion v1" in text
    assert "1.20 %" in text.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Promote v2" in text
    assert "1 pass, against v1" in text
    assert "Roll back v1" in text


def test_a_first_candidate_stands_beside_approving_everything(page, now):
    add_version(now=now, metrics=evidence())
    text = page()
    assert "Approving everything" in text
    assert "€4,000.00" in text
    assert "Roll back" not in text


def test_nothing_is_called_accuracy(page, now, dana):
    two_versions(now, dana)
    for address in ("/models/", "/models/1/", "/models/2/", "/policies/"):
        assert "accuracy" not in page(address).lower()


def test_a_rolled_back_version_says_why(page, now, dana, client_of):
    champion, _ = two_versions(now, dana)
    why = "Wrongful declines doubled since Monday."
    client_of(dana).post(f"/models/{champion.number}/roll-back/", {"reason": why})
    assert why in page()


def test_a_manager_sees_evidence_and_no_buttons(now, dana, max_, client_of):
    two_versions(now, dana)
    text = client_of(max_).get("/models/").content.decode()
    assert "Challenger v2" in text
    assert "Promote v2" not in text
    assert "Retrain" not in text


@pytest.mark.parametrize("address", ["/models/", "/models/1/", "/policies/"])
def test_an_analyst_may_not_look(now, alice, client_of, address):
    add_version(now=now)
    assert client_of(alice).get(address).status_code == 403


@pytest.mark.parametrize("address", ["train/", "1/promote/", "1/roll-back/", "1/archive/"])
def test_only_the_owner_acts(now, max_, client_of, address):
    add_version(now=now)
    response = client_of(max_).post(f"/models/{address}", {"reason": REASON})
    assert response.status_code == 403
    assert StageChange.objects.count() == 1
    assert TrainingRun.objects.count() == 0


def test_promotion_needs_a_reason_and_keeps_what_was_typed(client_of, now, dana):
    add_version(now=now, metrics=evidence())
    response = client_of(dana).post("/models/1/promote/", {"reason": "too short, sorry"})
    assert response.status_code == 400
    assert "too short, sorry" in response.content.decode()
    assert active_policy().model_version is None


def test_promotion_takes_the_recommended_thresholds(client_of, now, dana):
    add_version(now=now, metrics=evidence())
    response = client_of(dana).post("/models/1/promote/", {"reason": REASON}, follow=True)
    assert "v1 decides" in response.content.decode()
    policy = active_policy()
    assert (policy.model_version.number, policy.review_threshold) == (1, 0.2)
    assert StageChange.objects.latest("id").changed_by == dana


def test_promotion_takes_a_policy_that_was_made_for_it(client_of, now, dana):
    policy = add_policy(add_version(now=now), now=now)
    reason = {"reason": REASON, "policy": policy.number}
    client_of(dana).post("/models/1/promote/", reason)
    assert active_policy() == policy


def test_the_policy_of_another_version_does_not_slip_in(client_of, now, dana):
    add_version(now=now)
    other = add_policy(add_version(now=now, seed=1), now=now)
    reason = {"reason": REASON, "policy": other.number}
    response = client_of(dana).post("/models/1/promote/", reason)
    assert response.status_code == 409
    assert active_policy().model_version is None


def test_one_click_goes_back(client_of, now, dana):
    two_versions(now, dana)
    client = client_of(dana)
    client.post("/models/2/promote/", {"reason": REASON})
    client.post("/models/2/roll-back/", {"reason": "Wrongful declines doubled."})
    assert active_policy().model_version.number == 1
    assert ModelVersion.objects.get(number=2).stage == "rolled_back"


def test_a_candidate_can_be_archived(client_of, now, dana):
    add_version(now=now)
    client_of(dana).post("/models/1/archive/", {"reason": "A newer one was trained today."})
    assert ModelVersion.objects.get().stage == "archived"


def test_the_button_asks_for_a_run_and_shows_it(client_of, dana):
    text = client_of(dana).post("/models/train/", follow=True).content.decode()
    run = TrainingRun.objects.get()
    assert (run.status, run.trigger, run.requested_by) == ("queued", "button", dana)
    assert "Waiting" in text
    assert 'hx-trigger="every 2s"' in text
    assert "disabled" in text


def test_a_second_click_says_that_one_is_under_way(client_of, dana, now):
    run(now)
    text = client_of(dana).post("/models/train/", follow=True).content.decode()
    assert "is waiting already" in text
    assert TrainingRun.objects.count() == 1


def test_progress_is_visible(page, now):
    run(
        now, status="running", started_at=now, heartbeat_at=now, progress=0.62,
        step="Fitting trees: 40 of 100",
    )  # fmt: skip
    fragment = page("/models/training/")
    assert "Fitting trees: 40 of 100" in fragment
    assert 'value="0.62"' in fragment
    assert "<html" not in fragment


def test_a_failed_run_says_why_and_stops_asking(page, now):
    run(
        now, status="failed", finished_at=now, error_code="no_labels",
        error="No day in this window has labels for half of its payments.",
    )  # fmt: skip
    text = page()
    assert "No day in this window" in text
    assert "hx-get" not in text


def test_the_watching_page_reloads_when_the_run_is_over(client_of, dana, now):
    client = client_of(dana)
    current = run(now, status="running", started_at=now)
    watching = {"HTTP_HX_REQUEST": "true"}
    assert "HX-Refresh" not in client.get("/models/training/", **watching)
    TrainingRun.objects.filter(pk=current.pk).update(
        status="failed", finished_at=timezone.now(), error_code="x", error="Because."
    )
    assert client.get("/models/training/", **watching)["HX-Refresh"] == "true"


def test_an_old_success_is_no_news(page, now):
    long_ago = timezone.now() - timedelta(hours=2)
    run(now, status="succeeded", finished_at=long_ago)
    assert "Training run" not in page()


def test_a_model_card_tells_what_it_rests_on(page, now, dana):
    two_versions(now, dana)
    text = page("/models/2/")
    assert "Against v1, which decided then" in text
    assert ModelVersion.objects.get(number=2).digest in text
    assert "chargeback 40" in text
    assert "wrongful declines" in text
    assert "400.0,192.0" in text  # the end of the curve: recall 100 %, precision 4 %


def test_a_version_without_evidence_has_a_card(page, now):
    add_version(now=now)
    assert "without test results" in page("/models/1/")


@pytest.mark.parametrize("address", ["/models/7/", "/models/7/promote/"])
def test_an_unknown_version_is_not_found(page, address):
    page(address, status=404)


def test_the_page_uses_no_inline_script_or_style(page, now, dana):
    two_versions(now, dana)
    for address in ("/models/", "/models/2/", "/policies/", "/policies/new/"):
        text = page(address)
        assert "style=" not in text
        assert "onclick" not in text
