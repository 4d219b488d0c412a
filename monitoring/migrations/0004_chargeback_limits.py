"""Limits to begin with, from what the schemes publish; yours are in your contract."""

from django.db import migrations, models

LIMITS = [
    (
        "all",
        0.009,
        "Below what the schemes act on, so that there is time to act. Your acquirer may have"
        " a limit of its own.",
    ),
    (
        "visa",
        0.015,
        "Visa calls a merchant excessive from 1.5 % on (VAMP, April 2026, from 1,500 cases a"
        " month). It counts reported frauds too; here only chargebacks count.",
    ),
    (
        "mastercard",
        0.015,
        "Mastercard's excessive chargeback programme begins at 1.5 % and 100 chargebacks a month.",
    ),
    ("amex", None, "No limit is public: ask your acquirer."),
    ("discover", None, "No limit is public: ask your acquirer."),
]


def add(apps, schema_editor):
    ChargebackLimit = apps.get_model("monitoring", "ChargebackLimit")
    for scheme, limit, note in LIMITS:
        ChargebackLimit.objects.get_or_create(scheme=scheme, defaults={"limit": limit, "note": note})


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0003_audit_sample'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChargebackLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(choices=[('all', 'All schemes'), ('visa', 'Visa'), ('mastercard', 'Mastercard'), ('amex', 'American Express'), ('discover', 'Discover')], max_length=20, unique=True)),
                ('limit', models.FloatField(blank=True, help_text='As a share of payments: 0.009 is 0.9 %. Empty: no limit is shown.', null=True)),
                ('note', models.TextField(blank=True, help_text='Where the limit comes from.')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('limit__isnull', True), models.Q(('limit__gt', 0), ('limit__lte', 1)), _connector='OR'), name='chargeback_limit_in_unit', violation_error_message='The limit is a share above 0 and at most 1.')],
            },
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
