"""The shapes of what support sends and reads, for the API's description, with examples."""

from rest_framework import serializers

from labeling.domain.appeals import AppealStatus
from labeling.domain.resolution import VERIFICATIONS
from labeling.domain.statements import CHANNELS, NOTE_LENGTH, REASON_LENGTH, STATEMENTS
from scoring.api.fields import KeyField, optional
from scoring.api.shapes import Shape

STATUSES = [status.value for status in AppealStatus]

STATEMENT = {
    "statement": "confirms",
    "channel": "phone",
    "verification": "customer_contacted",
    "reference": "T-20417",
    "note": "Called back on the number we have; named the last three payments.",
    "occurred_at": "2026-11-12T10:32:00Z",
}
CORRECTION = {**STATEMENT, "statement": "denies", "corrects": 31}
STORED_STATEMENT = {
    "id": 31,
    "external_id": "txn_7f1d02",
    **STATEMENT,
    "recorded_by": "sam",
    "recorded_at": "2026-11-12T10:33:08.201Z",
    "corrects": None,
}
APPEAL = {
    "external_id": "txn_7f1d02",
    "reason": "It was me: a laptop for my daughter, delivered to her flat.",
    "reference": "T-20417",
}
STORED_APPEAL = {
    "id": 12,
    "external_id": "txn_7f1d02",
    "status": "open",
    "reference": "T-20417",
    "reason": APPEAL["reason"],
    "new_evidence": "",
    "filed_by": "sam",
    "filed_at": "2026-11-12T10:34:10.117Z",
    "due_at": "2026-11-12T11:34:10.117Z",
    "decided_at": None,
}
APPEALS = {"results": [STORED_APPEAL], "older_than": None}


class StatementSerializer(Shape):
    """Text is trimmed; null and empty optional fields count as not sent."""

    statement = serializers.ChoiceField(STATEMENTS, help_text="confirms: it was me.")
    channel = serializers.ChoiceField(CHANNELS)
    verification = serializers.ChoiceField(
        VERIFICATIONS, help_text="How you know that it was the customer who said it."
    )
    reference = KeyField(help_text="Of your ticket; the same one again changes nothing.")
    note = serializers.CharField(**optional(max_length=NOTE_LENGTH))
    occurred_at = serializers.DateTimeField(
        **optional(help_text="When the customer said it; without it: now.")
    )
    corrects = serializers.IntegerField(
        **optional(
            min_value=1,
            max_value=2**63 - 1,
            help_text="An earlier statement that was a typing error; this one replaces it.",
        )
    )


class StoredStatementSerializer(Shape):
    id = serializers.IntegerField()
    external_id = serializers.CharField()
    statement = serializers.ChoiceField(STATEMENTS)
    channel = serializers.ChoiceField(CHANNELS)
    verification = serializers.ChoiceField(VERIFICATIONS)
    reference = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    occurred_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    corrects = serializers.IntegerField(allow_null=True)


class AppealSerializer(Shape):
    external_id = KeyField(help_text="Of the declined transaction.")
    reason = serializers.CharField(
        max_length=REASON_LENGTH, help_text="Why the customer thinks that the decline is wrong."
    )
    reference = KeyField(help_text="Of your ticket; the same one again changes nothing.")
    new_evidence = serializers.CharField(
        **optional(
            max_length=NOTE_LENGTH,
            help_text="What is new since an earlier appeal was rejected; only leads file again.",
        )
    )


class StoredAppealSerializer(Shape):
    id = serializers.IntegerField()
    external_id = serializers.CharField()
    status = serializers.ChoiceField(
        STATUSES, help_text="granted: the decline was wrong and is taken back; rejected: it stays."
    )
    reference = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()
    new_evidence = serializers.CharField(allow_blank=True)
    filed_by = serializers.CharField()
    filed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="When a decision is aimed at.")
    decided_at = serializers.DateTimeField(allow_null=True)


class AppealsSerializer(Shape):
    results = StoredAppealSerializer(many=True, help_text="50 at most, newest first.")
    older_than = serializers.IntegerField(
        allow_null=True, help_text="Ask with it for the next page; null on the last one."
    )
