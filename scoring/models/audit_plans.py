"""How likely each stratum is looked at, as solved for a policy from what came in lately."""

from django.db import models

from scoring.domain.audits import PlannedAudits, StratumLoad
from scoring.models.append_only import APPEND_ONLY
from scoring.models.policies import DecisionPolicy


class AuditPlan(models.Model):
    """Never edited: the next night adds another. Decisions store the probability they drew by."""

    policy = models.ForeignKey(
        DecisionPolicy,
        on_delete=models.PROTECT,
        related_name="audit_plans",
        db_index=False,  # audit_plan_newest begins with it
    )
    solved_at = models.DateTimeField()
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    strata = models.JSONField(
        help_text="By stratum: payments_a_day, fraud_share expected, propensity of an audit."
    )
    unseen = models.JSONField(help_text="Propensity by outcome, for a stratum never seen.")
    audits_a_day = models.JSONField(help_text="Expected looks by outcome.")
    minutes_a_day = models.FloatField(help_text="What they take of people's time.")
    cost_a_day = models.DecimalField(
        max_digits=17, decimal_places=2, help_text="In the reporting currency."
    )

    class Meta:
        indexes = [models.Index(fields=["policy", "-id"], name="audit_plan_newest")]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"audit plan {self.pk} of {self.policy}"

    @property
    def planned(self) -> PlannedAudits:
        """The plan as a value of the domain; reviews are looked at anyway and have no place."""
        return PlannedAudits(
            {
                name: row["propensity"]
                for name, row in self.strata.items()
                if row["propensity"] is not None
            },
            self.unseen,
        )

    @property
    def loads(self) -> list[StratumLoad]:
        """What the plan was solved from, reviews included."""
        return [
            StratumLoad(name, row["payments_a_day"], row["fraud_share"])
            for name, row in self.strata.items()
        ]
