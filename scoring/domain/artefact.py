"""A model on disk: the fitted model and a JSON manifest, hashed and signed. Never a pickle.

A model file is untrusted input. Nothing of it is parsed before its digest and signature agree,
and no model scores before it reproduced the margins and contributions stored beside it.
"""

import hashlib
import hmac
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.domain.errors import Problem
from scoring.domain.estimator import Calibration, Estimator, read_model
from scoring.domain.features import FeatureSet

# 1: the first format.
FORMAT = 1
MANIFEST = "manifest.json"
MODEL_FILES = {"xgboost": "model.ubj", "logistic": "model.json"}
# float32 sums of a hundred trees differ by about 3e-6 between one row and many.
TOLERANCE = 1e-3

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seal:
    """Where an artefact lies, what is in it, and that we wrote it."""

    name: str
    digest: str
    signature: str


def save_artefact(
    storage: Path, estimator: Estimator, *, feature_set: FeatureSet, sample: Values, secret: bytes
) -> Seal:
    """The seal of a new folder in `storage` with the model and its manifest.

    `sample` (m, k) holds a few rows of the training data; their margins and contributions are
    stored and must come out again on every load. The folder appears complete or not at all.
    """
    model = estimator.model.to_bytes()
    manifest = json.dumps(_manifest(estimator, feature_set, sample), allow_nan=False).encode()
    digest = _digest(manifest, model)
    _write(storage / digest[:16], {MANIFEST: manifest, MODEL_FILES[estimator.kind]: model})
    return Seal(digest[:16], digest, _signature(digest, secret))


def load_artefact(
    storage: Path, seal: Seal, *, feature_set: FeatureSet, secret: bytes
) -> Estimator:
    """The estimator of a sealed artefact, verified.

    Raises `Problem`: `artefact_missing`; `artefact_altered` (digest or signature differ);
    `artefact_format`; `feature_set_mismatch`; `artefact_inaccurate` (the model no longer gives the
    margins or contributions it was saved with).
    """
    manifest, model = _read(storage / seal.name)
    _verify(manifest, model, seal, secret)
    fields = json.loads(manifest)
    if fields["format"] != FORMAT:
        raise Problem(
            "artefact_format", f"Model artefact {seal.name} has format {fields['format']}."
        )
    _refuse_other_inputs(fields["feature_set"], feature_set)
    estimator = Estimator(
        read_model(fields["kind"], model), Calibration.from_numbers(fields["calibration"])
    )
    _verify_sample(estimator, fields["sample"])
    return estimator


def _manifest(estimator: Estimator, feature_set: FeatureSet, sample: Values) -> dict[str, Any]:
    contributions = estimator.contributions(sample)
    return {
        "format": FORMAT,
        "kind": estimator.kind,
        "feature_set": {
            "name": feature_set.name,
            "hash": feature_set.hash,
            "features": list(feature_set.names),
        },
        "calibration": estimator.calibration.to_numbers(),
        "base_value": float(contributions[0, -1]) if len(sample) else None,
        "sample": {
            "values": [[None if np.isnan(v) else float(v) for v in row] for row in sample],
            "margins": estimator.margins(sample).tolist(),
            "contributions": contributions.tolist(),
        },
    }


def _digest(manifest: bytes, model: bytes) -> str:
    # The length keeps bytes from moving between the two files under one digest.
    return hashlib.sha256(len(manifest).to_bytes(8) + manifest + model).hexdigest()


def _signature(digest: str, secret: bytes) -> str:
    return hmac.new(secret, b"model artefact " + digest.encode(), hashlib.sha256).hexdigest()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
    try:
        for name, content in files.items():
            _write_durably(draft / name, content)
        if not folder.exists():  # the name is the digest: what is there already is the same
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read(folder: Path) -> tuple[bytes, bytes]:
    models = [folder / name for name in MODEL_FILES.values() if (folder / name).is_file()]
    if not models or not (folder / MANIFEST).is_file():
        raise Problem("artefact_missing", f"Model artefact {folder.name} is not in the storage.")
    return (folder / MANIFEST).read_bytes(), models[0].read_bytes()


def _verify(manifest: bytes, model: bytes, seal: Seal, secret: bytes) -> None:
    digest = _digest(manifest, model)
    unchanged = hmac.compare_digest(digest, seal.digest)
    signed = hmac.compare_digest(_signature(digest, secret), seal.signature)
    if not (unchanged and signed):
        raise Problem(
            "artefact_altered",
            f"Model artefact {seal.name} was altered after it was registered; it is not used.",
        )


def _refuse_other_inputs(stored: Mapping[str, Any], feature_set: FeatureSet) -> None:
    if (stored["hash"], tuple(stored["features"])) != (feature_set.hash, feature_set.names):
        raise Problem(
            "feature_set_mismatch",
            f"The model was trained on feature set {stored['name']} {stored['hash'][:8]}, "
            f"not on {feature_set.name} {feature_set.hash[:8]}.",
        )


def _verify_sample(estimator: Estimator, sample: Mapping[str, Any]) -> None:
    values = np.array(sample["values"], dtype=np.float32).reshape(-1, estimator.width)
    if not len(values):
        return
    margins, contributions = estimator.margins(values), estimator.contributions(values)
    agree = (
        np.allclose(margins, sample["margins"], atol=TOLERANCE, rtol=TOLERANCE)
        and np.allclose(contributions, sample["contributions"], atol=TOLERANCE, rtol=TOLERANCE)
        and np.allclose(contributions.sum(axis=1), margins, atol=TOLERANCE, rtol=TOLERANCE)
    )
    if not agree:
        raise Problem(
            "artefact_inaccurate",
            "The model does not reproduce the margins and contributions it was saved with.",
        )
