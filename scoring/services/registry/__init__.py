"""Model versions: registered, loaded, and moved between stages together with their policy."""

from scoring.services.registry.loading import load_estimator
from scoring.services.registry.registering import Evidence, register_version
from scoring.services.registry.stages import change_stage, promote, roll_back

__all__ = [
    "Evidence",
    "change_stage",
    "load_estimator",
    "promote",
    "register_version",
    "roll_back",
]
