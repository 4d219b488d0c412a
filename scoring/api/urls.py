"""REST calls, mounted under /api/v1/."""

from django.urls import path

from scoring.api import webhooks
from scoring.api.decisions import Decisions
from scoring.api.transactions import TransactionEvents, Transactions

urlpatterns = [
    path("transactions/", Transactions.as_view(), name="api-transactions"),
    path("decisions/", Decisions.as_view(), name="api-decisions"),
    path(
        "transactions/<path:external_id>/events/",
        TransactionEvents.as_view(),
        name="api-transaction-events",
    ),
    path("webhooks/", webhooks.Webhooks.as_view(), name="api-webhooks"),
    path("webhooks/<int:number>/", webhooks.Webhook.as_view(), name="api-webhook"),
    path("webhooks/<int:number>/test/", webhooks.WebhookTest.as_view(), name="api-webhook-test"),
    path(
        "webhooks/<int:number>/secret/", webhooks.WebhookSecret.as_view(), name="api-webhook-secret"
    ),
    path(
        "webhooks/<int:number>/deliveries/",
        webhooks.WebhookDeliveries.as_view(),
        name="api-webhook-deliveries",
    ),
    path(
        "webhooks/<int:number>/deliveries/<int:delivery>/replay/",
        webhooks.WebhookReplay.as_view(),
        name="api-webhook-replay",
    ),
]
