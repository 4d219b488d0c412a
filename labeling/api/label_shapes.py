"""What a label looks like in the API's description, with examples that the tests send."""

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from labeling.domain.label_record import ALL_VERIFICATIONS, LABELS, SOURCES
from scoring.api.shapes import Shape

LABEL = {
    "external_id": "txn_7f1d02",
    "label": "fraud",
    "source": "chargeback",
    "reason": "10.4",
    "occurred_at": "2026-11-18T08:00:00Z",
}
CONFIRMATION = {
    "external_id": "txn_7f1d03",
    "label": "legitimate",
    "source": "customer_confirmation",
    "verification": "customer_contacted",
}
ACCEPTANCE = {
    "accepted": 1,
    "duplicates": 0,
    "errors": [
        {
            "index": 1,
            "external_id": "txn_7f1d03",
            "code": "unknown_transaction",
            "field": "external_id",
            "message": "There is no transaction with this external_id.",
        }
    ],
}


class LabelSerializer(Shape):
    external_id = serializers.CharField(max_length=100, help_text="Of the transaction.")
    label = serializers.ChoiceField(LABELS)  # type: ignore[assignment]
    source = serializers.ChoiceField(SOURCES)  # type: ignore[assignment]
    verification = serializers.ChoiceField(ALL_VERIFICATIONS, required=False)
    fraud_type = serializers.CharField(max_length=30, required=False)
    reason = serializers.CharField(
        max_length=50, required=False, help_text="The scheme's reason code, or yours."
    )
    dispute_stage = serializers.CharField(
        max_length=20,
        required=False,
        help_text="For example representment_won, which says nothing about the truth.",
    )
    occurred_at = serializers.DateTimeField(required=False, help_text="When it was claimed.")
    known_at = serializers.DateTimeField(
        required=False, help_text="Since when you know; needs the scope labels:backdate."
    )


ONE_OR_MANY = PolymorphicProxySerializer(
    component_name="LabelOrLabels",
    serializers=[LabelSerializer, LabelSerializer(many=True)],
    resource_type_field_name=None,
    many=False,
)
