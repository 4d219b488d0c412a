"""REST calls, mounted under /api/v1/."""

from django.urls import path

from labeling.api import leases, review, support, verdicts
from labeling.api.labels import Labels
from labeling.api.linked import LinkedPayments
from labeling.api.transactions import DecisionOfTransaction, TransactionHistory
from labeling.api.waiting import WaitForCustomer

urlpatterns = [
    path("labels/", Labels.as_view(), name="api-labels"),
    path("cases/", review.Cases.as_view(), name="api-cases"),
    path("reason-codes/", review.ReasonCodes.as_view(), name="api-reason-codes"),
    path("tasks/claim/", review.Claim.as_view(), name="api-claim"),
    path("tasks/<int:task_id>/", review.OneTask.as_view(), name="api-task"),
    *(
        path(f"tasks/<int:task_id>/{name}/", view.as_view(), name=f"api-task-{name}")
        for name, view in (
            ("verdict", verdicts.VerdictOnTask),
            ("undo", verdicts.UndoVerdict),
            ("change", verdicts.ChangeVerdict),
            ("extend", leases.ExtendTask),
            ("release", leases.ReleaseTask),
            ("skip", leases.SkipTask),
            ("escalate", leases.EscalateTask),
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
