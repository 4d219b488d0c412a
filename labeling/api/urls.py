"""REST calls, mounted under /api/v1/."""

from django.urls import path

from labeling.api.transactions import DecisionOfTransaction, TransactionHistory

urlpatterns = [
    path(
        "decisions/<path:external_id>/",
        DecisionOfTransaction.as_view(),
        name="api-decision",
    ),
    path(
        "transactions/<path:external_id>/",
        TransactionHistory.as_view(),
        name="api-transaction",
    ),
]
