"""A candidate takes over with the thresholds that its own evidence recommends."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from scoring.models import ModelVersion, StageChange
from scoring.selectors.policies import active_policy
from scoring.services.policies import create_policy, draft_for
from scoring.services.registry.stages import promote


@transaction.atomic
def promote_recommended(
    *, model_version: ModelVersion, by: User | None, reason: str, now: datetime
) -> StageChange:
    """Make a version decide, with a new policy of its recommended thresholds; costs, audits and
    capacity stay those of the present policy. Raises what `create_policy` and `promote` raise."""
    draft = draft_for(model_version, like=active_policy())
    policy = create_policy(draft=draft, by=by, now=now)
    return promote(policy=policy, by=by, reason=reason, now=now)
