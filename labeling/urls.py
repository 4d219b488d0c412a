"""Pages."""

from django.urls import path

from labeling.views.transactions import transaction, transactions

urlpatterns = [
    path("transactions/", transactions, name="transactions"),
    path("transactions/<path:external_id>/", transaction, name="transaction"),
]
