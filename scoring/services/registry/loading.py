"""Model versions in memory: loaded once per process, verified on every load."""

from collections import OrderedDict

from django.conf import settings

from scoring.domain.artefact import Seal, load_artefact
from scoring.domain.estimator import Estimator
from scoring.models import ModelVersion
from scoring.selectors.feature_sets import feature_set_of

MOST_LOADED = 4
_loaded: OrderedDict[str, Estimator] = OrderedDict()


def load_estimator(version: ModelVersion) -> Estimator:
    """Return the verified estimator of a model version; Problem where it cannot be trusted."""
    if version.signature not in _loaded:
        _loaded[version.signature] = load_artefact(
            settings.FRAUDREVIEW_MODELS,
            Seal(version.artefact, version.digest, version.signature),
            feature_set=feature_set_of(version.feature_set),
            secret=settings.FRAUDREVIEW_DATA_KEY.encode(),
        )
        while len(_loaded) > MOST_LOADED:
            _loaded.popitem(last=False)
    _loaded.move_to_end(version.signature)
    return _loaded[version.signature]
