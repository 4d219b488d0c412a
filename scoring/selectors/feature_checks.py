"""What the checks of stored vectors found."""

from scoring.models import FeatureCheckRun


def newest_feature_check() -> FeatureCheckRun | None:
    """Return the newest stored check; None where there was none yet."""
    return FeatureCheckRun.objects.order_by("-checked_at", "-pk").first()
