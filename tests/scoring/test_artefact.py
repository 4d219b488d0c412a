"""Model artefacts: what was saved comes back, and anything else is refused by name."""

import hashlib
import json

import numpy as np
import pytest

from scoring.domain.artefact import Seal, load_artefact, save_artefact
from scoring.domain.errors import Problem
from scoring.domain.estimator import LogisticOptions, XGBoostOptions, calibrate, fit
from scoring.domain.features import Feature, FeatureSet, Kind

SECRET = b"a secret of this installation"
AMOUNT, HOUR = Feature("amount", Kind.AMOUNT), Feature("hour", Kind.HOUR)
FEATURES = FeatureSet("card", (AMOUNT, HOUR), "")


@pytest.fixture(scope="module")
def trained():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(600, 2)).astype(np.float32)
    labels = (values[:, 0] + rng.normal(size=600) > 1.2).astype(np.int8)
    values[::17, 1] = np.nan
    return calibrate(fit(values, labels, options=XGBoostOptions(trees=10)), values, labels), values


@pytest.fixture
def saved(trained, tmp_path):
    estimator, values = trained
    return save_artefact(
        tmp_path, estimator, feature_set=FEATURES, sample=values[:8], secret=SECRET
    )


def refused(storage, seal, feature_set=FEATURES, secret=SECRET):
    with pytest.raises(Problem) as refusal:
        load_artefact(storage, seal, feature_set=feature_set, secret=secret)
    return refusal.value.code


def test_what_was_saved_comes_back(trained, saved, tmp_path):
    estimator, values = trained
    again = load_artefact(tmp_path, saved, feature_set=FEATURES, secret=SECRET)
    margins = again.margins(values)
    assert np.array_equal(margins, estimator.margins(values))
    assert np.array_equal(again.probabilities(margins), estimator.probabilities(margins))


def test_a_logistic_model_comes_back(tmp_path):
    rng = np.random.default_rng(2)
    values = rng.normal(size=(300, 2)).astype(np.float32)
    estimator = fit(values, (values[:, 0] > 0.5).astype(np.int8), options=LogisticOptions())
    seal = save_artefact(
        tmp_path, estimator, feature_set=FEATURES, sample=values[:5], secret=SECRET
    )
    again = load_artefact(tmp_path, seal, feature_set=FEATURES, secret=SECRET)
    assert np.array_equal(again.margins(values), estimator.margins(values))


@pytest.mark.parametrize("name", ["model.ubj", "manifest.json"])
def test_one_altered_byte_is_refused(saved, tmp_path, name):
    path = tmp_path / saved.name / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert refused(tmp_path, saved) == "artefact_altered"


def test_an_artefact_signed_by_somebody_else_is_refused(trained, tmp_path):
    estimator, values = trained
    seal = save_artefact(
        tmp_path, estimator, feature_set=FEATURES, sample=values[:8], secret=b"another installation"
    )
    assert refused(tmp_path, seal) == "artefact_altered"


def test_a_matching_digest_without_our_signature_is_refused(saved, tmp_path):
    forged = Seal(saved.name, saved.digest, hashlib.sha256(saved.digest.encode()).hexdigest())
    assert refused(tmp_path, forged) == "artefact_altered"


@pytest.mark.parametrize(
    "features",
    [(HOUR, AMOUNT), (AMOUNT, Feature("hour", Kind.WEEKDAY))],
    ids=["other order", "other meaning"],
)
def test_another_feature_set_is_refused(saved, tmp_path, features):
    other = FeatureSet("card", features, "")
    assert refused(tmp_path, saved, feature_set=other) == "feature_set_mismatch"


def test_a_missing_artefact_is_named(saved, tmp_path):
    (tmp_path / saved.name / "model.ubj").unlink()
    assert refused(tmp_path, saved) == "artefact_missing"


def test_a_model_that_scores_otherwise_than_when_saved_is_refused(trained, tmp_path):
    estimator, values = trained
    seal = save_artefact(
        tmp_path, estimator, feature_set=FEATURES, sample=values[:8], secret=SECRET
    )
    folder = tmp_path / seal.name
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sample"]["margins"][0] += 0.5
    resealed = _resealed(folder, manifest)
    assert refused(tmp_path, resealed) == "artefact_inaccurate"


def test_contributions_that_do_not_add_up_are_refused(trained, tmp_path):
    estimator, values = trained
    seal = save_artefact(
        tmp_path, estimator, feature_set=FEATURES, sample=values[:8], secret=SECRET
    )
    folder = tmp_path / seal.name
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sample"]["contributions"][2][0] -= 0.25
    assert refused(tmp_path, _resealed(folder, manifest)) == "artefact_inaccurate"


def _resealed(folder, manifest):
    """A correctly signed artefact with another manifest, as if the library had changed."""
    from scoring.domain import artefact

    content = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(content)
    digest = artefact._digest(content, (folder / "model.ubj").read_bytes())
    return Seal(folder.name, digest, artefact._signature(digest, SECRET))


def test_saving_twice_leaves_one_folder_and_no_drafts(trained, saved, tmp_path):
    estimator, values = trained
    again = save_artefact(
        tmp_path, estimator, feature_set=FEATURES, sample=values[:8], secret=SECRET
    )
    assert again == saved
    assert [path.name for path in tmp_path.iterdir()] == [saved.name]


def test_nothing_in_an_artefact_is_a_pickle(saved, tmp_path):
    names = sorted(path.name for path in (tmp_path / saved.name).iterdir())
    assert names == ["manifest.json", "model.ubj"]
    assert (tmp_path / saved.name / "model.ubj").read_bytes()[:1] == b"{"
    assert json.loads((tmp_path / saved.name / "manifest.json").read_text())["format"] == 1
