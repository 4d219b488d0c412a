"""Which model versions there are, which one decides, and which one did before."""

from scoring.domain.errors import NotFound
from scoring.models import DecisionPolicy, ModelVersion, PolicyActivation, Stage


def version_numbered(number: int) -> ModelVersion:
    """Return a model version by its number; NotFound (`unknown_version`) where there is none."""
    version = ModelVersion.objects.select_related("feature_set").filter(number=number).first()
    if version is None:
        raise NotFound("unknown_version", f"There is no model version {number}.")
    return version


def production_version() -> ModelVersion | None:
    """Return the version that decides, None where the fallback does."""
    return ModelVersion.objects.select_related("feature_set").filter(stage=Stage.PRODUCTION).first()


def way_back() -> DecisionPolicy | None:
    """Return the policy to which a roll-back leads.

    The newest one that was active with another version than the present one; versions that were
    rolled back themselves are left out.
    """
    current = production_version()
    activations = PolicyActivation.objects.select_related("policy__model_version__feature_set")
    for activation in activations.order_by("-id").iterator(chunk_size=50):
        version = activation.policy.model_version
        if version is None:
            return activation.policy
        if version != current and version.stage != Stage.ROLLED_BACK:
            return activation.policy
    return None
