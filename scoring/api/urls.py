"""REST calls, mounted under /api/v1/."""

from django.urls import path

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
]
