"""The shapes of the review desk's bodies, for the API's description; they check nothing."""

from rest_framework import serializers

from labeling.api.bodies import MOST_UNDO_SECONDS
from labeling.domain.lifecycle import NOTE_LENGTH, WAYS_TO_KNOW, VerdictValue
from labeling.domain.linking import MOST
from labeling.domain.resolution import VERIFICATIONS
from labeling.domain.statements import CHANNELS, STATEMENTS
from scoring.api.fields import optional
from scoring.api.shapes import DISPOSITIONS, OUTCOMES, ReasonSerializer, Shape

VERDICTS = [value.value for value in VerdictValue]


class QueueRowSerializer(Shape):
    id = serializers.IntegerField(help_text="The case.")
    task = serializers.IntegerField()
    status = serializers.ChoiceField(["open", "leased"])
    lane = serializers.ChoiceField(["value", "blind", "escalated", "learn"])
    blind = serializers.BooleanField(help_text="The score is kept back until the verdict.")
    queue = serializers.CharField(allow_null=True, help_text="Of a blind task it is not told.")
    why = serializers.CharField()
    at_stake = serializers.DecimalField(max_digits=17, decimal_places=2)
    currency = serializers.CharField(help_text="The reporting currency.")
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    held_by = serializers.CharField(allow_null=True)


class QueueSerializer(Shape):
    results = QueueRowSerializer(many=True)
    after = serializers.CharField(allow_null=True, help_text="Cursor of what follows.")


class ItemOpinionSerializer(Shape):
    why = serializers.CharField()
    outcome = serializers.ChoiceField(OUTCOMES)
    probability = serializers.FloatField(allow_null=True)
    reason_codes = ReasonSerializer(many=True)
    model_version = serializers.IntegerField(allow_null=True)
    policy_version = serializers.IntegerField()


class StatedSerializer(Shape):
    statement = serializers.ChoiceField(STATEMENTS, help_text="confirms: it was me.")
    channel = serializers.ChoiceField(CHANNELS)
    verification = serializers.ChoiceField(VERIFICATIONS)
    note = serializers.CharField(allow_blank=True)
    occurred_at = serializers.DateTimeField()


class AppealInCaseSerializer(Shape):
    reason = serializers.CharField()
    new_evidence = serializers.CharField(allow_blank=True)
    filed_at = serializers.DateTimeField()


class CaseItemSerializer(Shape):
    id = serializers.IntegerField()
    new = serializers.BooleanField(help_text="Arrived after the claim; not covered unless named.")
    due_at = serializers.DateTimeField(allow_null=True)
    external_id = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    amount = serializers.DecimalField(max_digits=19, decimal_places=4)
    currency = serializers.CharField()
    customer_id = serializers.CharField(allow_null=True)
    card_id = serializers.CharField(allow_null=True)
    merchant_id = serializers.CharField(allow_null=True)
    device_id = serializers.CharField(allow_null=True)
    payment_method = serializers.CharField(allow_null=True)
    channel = serializers.CharField(allow_null=True)
    country = serializers.CharField(allow_null=True)
    billing_country = serializers.CharField(allow_null=True)
    shipping_country = serializers.CharField(allow_null=True)
    customer_since = serializers.DateTimeField(allow_null=True)
    payment_stage = serializers.CharField()
    opinion = ItemOpinionSerializer(allow_null=True, help_text="Null while it is kept back.")
    customer_says = StatedSerializer(
        many=True, help_text="None while they would tell a blind reviewer the answer."
    )


class CaseSerializer(Shape):
    id = serializers.IntegerField()
    blind = serializers.BooleanField()
    queue = serializers.CharField(allow_null=True, help_text="Of a blind task it is not told.")
    why = serializers.CharField()
    at_stake = serializers.DecimalField(max_digits=17, decimal_places=2)
    currency = serializers.CharField()
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    appeal = AppealInCaseSerializer(
        allow_null=True, help_text="What the case is about, where its customer appeals a decline."
    )
    items = CaseItemSerializer(many=True)


class LeaseSerializer(Shape):
    task = serializers.IntegerField()
    token = serializers.IntegerField(help_text="Send it with every write of this lease.")
    lease_until = serializers.DateTimeField()


class ClaimSerializer(LeaseSerializer):
    case = CaseSerializer()


class TokenSerializer(Shape):
    token = serializers.IntegerField()


class ChangeSerializer(Shape):
    verdict = serializers.ChoiceField(VERDICTS)
    reason_code = serializers.CharField(**optional(help_text="Required for fraud, else refused."))
    note = serializers.CharField(**optional(max_length=NOTE_LENGTH))
    verification = serializers.ChoiceField(
        WAYS_TO_KNOW, **optional(help_text="How you know; opinion where not said.")
    )


class GiveAwaySerializer(TokenSerializer):
    reason = serializers.CharField(min_length=1, max_length=200, help_text="Kept, and shown.")


class WaitSerializer(TokenSerializer):
    question = serializers.CharField(
        min_length=1, max_length=500, help_text="What the customer should be asked."
    )


class WaitingSerializer(Shape):
    task = serializers.IntegerField()
    case = serializers.IntegerField()
    resume_at = serializers.DateTimeField(help_text="When it goes on without an answer.")


class ItemVerdictSerializer(Shape):
    """One payment by `id` or `external_id`; what is not said is that of the whole verdict."""

    id = serializers.IntegerField(required=False)
    external_id = serializers.CharField(required=False)
    verdict = serializers.ChoiceField(VERDICTS, **optional())
    reason_code = serializers.CharField(**optional())
    note = serializers.CharField(**optional(max_length=NOTE_LENGTH))
    verification = serializers.ChoiceField(
        WAYS_TO_KNOW, **optional(help_text="How you know; opinion where not said.")
    )


class VerdictSerializer(TokenSerializer):
    verdict = serializers.ChoiceField(
        VERDICTS, **optional(help_text="Required, unless each item says its own.")
    )
    reason_code = serializers.CharField(**optional(help_text="Required for fraud, else refused."))
    note = serializers.CharField(**optional(max_length=NOTE_LENGTH))
    verification = serializers.ChoiceField(
        WAYS_TO_KNOW, **optional(help_text="How you know; opinion where not said.")
    )
    items = ItemVerdictSerializer(  # type: ignore[call-arg]
        many=True,
        min_length=1,
        **optional(
            help_text="Without it the verdict counts for all payments that the claim showed."
        ),
    )
    disposition = serializers.ChoiceField(
        DISPOSITIONS,
        **optional(help_text="Instead of the obvious one; never behind a blind."),
    )
    active_seconds = serializers.FloatField(
        **optional(help_text="Time of reading; kept between 0 and 3,600.")
    )
    linked = serializers.ListField(
        child=serializers.CharField(),
        max_length=MOST,
        **optional(help_text="Linked payments by `external_id`; fraud and legitimate only."),
    )
    undo_seconds = serializers.IntegerField(
        **optional(
            min_value=0,
            max_value=MOST_UNDO_SECONDS,
            help_text="For how long it can be taken back; without it, it counts at once.",
        )
    )


class RecordedVerdictSerializer(Shape):
    item = serializers.IntegerField()
    external_id = serializers.CharField()
    verdict = serializers.ChoiceField(VERDICTS)
    disposition = serializers.ChoiceField(DISPOSITIONS, allow_null=True)


class CoveredSerializer(Shape):
    external_id = serializers.CharField()
    verdict = serializers.ChoiceField(VERDICTS)


class NotCoveredSerializer(Shape):
    external_id = serializers.CharField()
    why = serializers.CharField(help_text="A sentence.")


class AppliedSerializer(Shape):
    covered = CoveredSerializer(many=True)
    refused = NotCoveredSerializer(many=True)


class UndoableSerializer(Shape):
    commits_at = serializers.DateTimeField(help_text="Until then it can be taken back.")


class RecordedSerializer(Shape):
    task = serializers.IntegerField()
    pending = UndoableSerializer(allow_null=True, help_text="Null where the verdict counts.")
    verdicts = RecordedVerdictSerializer(many=True, help_text="None while it is pending.")
    linked = AppliedSerializer(help_text="What it did to linked payments; mostly empty.")


class ChangedSerializer(Shape):
    task = serializers.IntegerField()
    verdicts = RecordedVerdictSerializer(many=True)


class TaskSerializer(Shape):
    task = serializers.IntegerField()
    token = serializers.IntegerField()
    lease_until = serializers.DateTimeField(
        allow_null=True, help_text="Null where the task is judged."
    )
    change_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when a second thought is taken; null while it is held."
    )
    verdicts = RecordedVerdictSerializer(many=True, help_text="None while it is held.")
    case = CaseSerializer()


class ReasonCodeSerializer(Shape):
    code = serializers.CharField()
    title = serializers.CharField()
    definition = serializers.CharField()
    fraud_type = serializers.CharField(allow_blank=True)


class ReasonCodesSerializer(Shape):
    results = ReasonCodeSerializer(many=True)


class LinkedPaymentSerializer(Shape):
    external_id = serializers.CharField()
    case = serializers.IntegerField()
    occurred_at = serializers.DateTimeField()
    amount = serializers.DecimalField(max_digits=19, decimal_places=4)
    currency = serializers.CharField()
    customer_id = serializers.CharField(allow_null=True)
    shares = serializers.ListField(
        child=serializers.ChoiceField(["card", "device", "e-mail", "IP", "merchant"])
    )
    if_fraud = serializers.ChoiceField(
        DISPOSITIONS, allow_null=True, help_text="What a fraud verdict would do; null: nothing."
    )
    if_legitimate = serializers.ChoiceField(DISPOSITIONS, allow_null=True)
    refused = serializers.CharField(
        allow_null=True, help_text="Why a verdict cannot cover it; null where it can."
    )


class LinkedSerializer(Shape):
    task = serializers.IntegerField()
    linked = LinkedPaymentSerializer(many=True)
