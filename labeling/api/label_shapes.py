"""What a label looks like in the API's description, with examples that the tests send."""

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from labeling.domain.disputes import DISPUTE_STAGES
from labeling.domain.label_record import ALL_VERIFICATIONS, LABELS, SOURCES
from scoring.api.fields import KeyField, optional
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


@extend_schema_field({"anyOf": [{"type": "string", "maxLength": 50}, {"type": "integer"}]})
class ReasonField(serializers.CharField):
    """A reason code; whole numbers are taken as the text of their digits."""


@extend_schema_field({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]})
class LabelIdField(serializers.IntegerField):
    """The id of a label, also as the text of its digits."""


class LabelSerializer(Shape):
    """Text is trimmed; null and empty optional fields count as not sent."""

    external_id = KeyField(help_text="Of the transaction.")
    label = serializers.ChoiceField(LABELS)  # type: ignore[assignment]
    source = serializers.ChoiceField(SOURCES)  # type: ignore[assignment]
    verification = serializers.ChoiceField(ALL_VERIFICATIONS, **optional())
    fraud_type = serializers.CharField(**optional(max_length=30))
    reason = ReasonField(
        **optional(
            help_text="The scheme's code. A chargeback with a code that is not in our table leaves"
            " the label open, unless you name the fraud_type."
        )
    )
    dispute_stage = serializers.ChoiceField(
        DISPUTE_STAGES,
        **optional(
            help_text="A stage that was won moves the loss and says nothing about the truth."
        ),
    )
    occurred_at = serializers.DateTimeField(
        **optional(help_text="When it was claimed; at most one day ahead.")
    )
    known_at = serializers.DateTimeField(
        **optional(help_text="Since when you know; needs the scope labels:backdate.")
    )
    reviewer = serializers.CharField(
        **optional(
            max_length=150,
            help_text="User name of who entered it by hand (source manual); needs the scope"
            " labels:backdate. Otherwise it is the person for whom the key acts.",
        )
    )
    supersedes = LabelIdField(
        **optional(help_text="Id of an earlier label of this transaction and source.")
    )


ONE_OR_MANY = PolymorphicProxySerializer(
    component_name="LabelOrLabels",
    serializers=[LabelSerializer, LabelSerializer(many=True)],
    resource_type_field_name=None,
    many=False,
)
