"""The first reason codes and queues, so that a new installation can review at once."""

from django.db import migrations

REASONS = [
    (
        "account_takeover",
        "Account takeover",
        "Somebody else uses the customer's own account: new device or place, changed contact data.",
    ),
    (
        "stolen_card",
        "Stolen card",
        "The card is used by somebody else than its holder, outside any account of the holder.",
    ),
    (
        "card_testing",
        "Card testing",
        "Many small payments in short time, to find out which card numbers work.",
    ),
    (
        "friendly_fraud",
        "First-party",
        "The holder pays knowing that the payment will be disputed or never covered.",
    ),
    (
        "compromised_merchant",
        "Merchant",
        "The merchant itself is false or compromised, and many of its payments are affected.",
    ),
    ("other", "Other", "Fraud that fits none of the others; the note says which."),
]


def add(apps, schema_editor):
    ReasonCode = apps.get_model("labeling", "ReasonCode")
    ReviewQueue = apps.get_model("labeling", "ReviewQueue")
    for position, (code, title, definition) in enumerate(REASONS, start=1):
        ReasonCode.objects.get_or_create(
            code=code,
            defaults={
                "title": title,
                "definition": definition,
                "fraud_type": code,
                "position": position,
            },
        )
    for name, title, position, rule in [
        ("high-value", "High value", 10, {"min_amount": 1000}),
        ("cross-border", "Cross-border", 20, {"cross_border": True}),
        ("general", "General", 1000, {}),
    ]:
        ReviewQueue.objects.get_or_create(
            name=name, defaults={"title": title, "position": position, **rule}
        )


class Migration(migrations.Migration):
    dependencies = [("labeling", "0002_desk")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
