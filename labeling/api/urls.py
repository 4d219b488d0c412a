"""REST calls, mounted under /api/v1/."""

from django.urls import path

from labeling.api import review, support
from labeling.api.labels import Labels
from labeling.api.linked import LinkedPayments
from labeling.api.transactions import DecisionOfTransaction, TransactionHistory
from labeling.api.waiting import WaitForCustomer

urlpatterns = [
    path("labels/", Labels.as_view(), name="api-labels"),
    path("cases/", review.Cases.as_view(), name="api-cases"),
    path("tasks/claim/", review.Claim.as_view(), name="api-claim"),
    *(
        path(f"tasks/<int:task_id>/{name}/", view.as_view(), name=f"api-task-{name}")
        for name, view in (
            ("verdict", review.VerdictOnTask),
            ("extend", review.ExtendTask),
            ("release", review.ReleaseTask),
            ("skip", review.SkipTask),
            ("escalate", review.EscalateTask),
            ("wait", WaitForCustomer),
            ("linked", LinkedPayments),
        )
    ),
    path("appeals/", support.Appeals.as_view(), name="api-appeals"),
    path("appeals/<int:number>/", support.OneAppeal.as_view(), name="api-appeal"),
    path(
        "transactions/<path:external_id>/statements/",
        support.Statements.as_view(),
        name="api-transaction-statements",
    ),
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
