"""Rows of the deciding side: what came in, what the machine said, what happened to the money."""

from scoring.models.access import ApiKey
from scoring.models.audit_plans import AuditPlan
from scoring.models.decisions import CaseRequest, Decision, Disposition, Explanation, Outcome
from scoring.models.features import (
    EntityTile,
    FeatureCheckRun,
    FeatureSetVersion,
    FeatureVector,
    HotEntity,
    KnownFraud,
)
from scoring.models.money import ExchangeRate
from scoring.models.personal_data import PersonalDataReveal
from scoring.models.policies import DecisionPolicy, PolicyActivation
from scoring.models.processing import QueuedTransaction, Score, ScoringBatch
from scoring.models.registry import FeatureReference, ModelVersion, Stage, StageChange
from scoring.models.transactions import (
    PaymentStage,
    Transaction,
    TransactionDetails,
    TransactionEvent,
)
from scoring.models.webhooks import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)

__all__ = [
    "ApiKey",
    "AuditPlan",
    "CaseRequest",
    "Decision",
    "DecisionPolicy",
    "Disposition",
    "EntityTile",
    "ExchangeRate",
    "Explanation",
    "FeatureCheckRun",
    "FeatureReference",
    "FeatureSetVersion",
    "FeatureVector",
    "HotEntity",
    "KnownFraud",
    "ModelVersion",
    "Outcome",
    "PaymentStage",
    "PersonalDataReveal",
    "PolicyActivation",
    "QueuedTransaction",
    "Score",
    "ScoringBatch",
    "Stage",
    "StageChange",
    "Transaction",
    "TransactionDetails",
    "TransactionEvent",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
]
