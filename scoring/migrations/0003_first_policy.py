"""A new installation decides before it has a model: everything goes to people, within capacity."""

from django.db import migrations
from django.utils import timezone

RULE = (
    "There is no model yet. People look at every payment within the review capacity of the day; "
    "beyond it payments are approved."
)


def create_policy(apps, schema_editor):
    policy_model = apps.get_model("scoring", "DecisionPolicy")
    if policy_model.objects.exists():
        return
    now = timezone.now()
    policy = policy_model.objects.create(
        number=1,
        rule=RULE,
        costs={
            "loss_share": "1",
            "chargeback_fee": "20",
            "margin_share": "0.10",
            "churn_cost": "10",
            "review_cost_per_minute": "0.60",
            "review_minutes": "4",
        },
        audit_rates={"approve": 0.005, "approve_near": 0.02, "block": 0.1},
        review_capacity=200,
        review_minutes=60,
        timeout_action="release",
        fallback_outcome="review",
        over_capacity_outcome="approve",
        created_at=now,
    )
    activation_model = apps.get_model("scoring", "PolicyActivation")
    activation_model.objects.create(
        policy=policy, activated_at=now, reason="The first policy of this installation."
    )


class Migration(migrations.Migration):
    dependencies = [("scoring", "0002_groups")]
    operations = [migrations.RunPython(create_policy, migrations.RunPython.noop)]
