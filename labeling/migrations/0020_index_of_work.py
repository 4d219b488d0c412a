from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Reviewers work on while it is built; the old index serves them until the new one is there.
    atomic = False

    dependencies = [
        ('labeling', '0019_index_of_checks'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='reviewtask',
            index=models.Index(condition=models.Q(('status', 'done')), fields=['done_by', 'done_at'], include=('kind',), name='task_done_by'),
        ),
        RemoveIndexConcurrently(
            model_name='reviewtask',
            name='task_done',
        ),
    ]
