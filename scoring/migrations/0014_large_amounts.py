from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Payments come in while it is built.
    atomic = False

    dependencies = [
        ('scoring', '0013_audited_decisions'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='transaction',
            index=models.Index(condition=models.Q(('base_amount__gte', 1000)), fields=['base_amount'], name='transaction_large'),
        ),
    ]
