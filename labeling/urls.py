"""Pages."""

from django.urls import path

from labeling.views import cases, queue, support, tasks
from labeling.views.transactions import transaction, transactions

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue/next/", queue.next_case, name="next-case"),
    path("tasks/<int:task_id>/", tasks.task, name="task"),
    path("tasks/<int:task_id>/verdict/", tasks.verdict, name="task-verdict"),
    path("tasks/<int:task_id>/change/", tasks.change, name="task-change"),
    path("tasks/<int:task_id>/extend/", tasks.extend, name="task-extend"),
    *(
        path(f"tasks/<int:task_id>/{how}/", tasks.give_away, {"how": how}, name=f"task-{how}")
        for how in ("release", "skip", "escalate", "wait")
    ),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("support/", support.support, name="support"),
    path("support/<path:external_id>/statements/", support.statement, name="support-statement"),
    path("support/<path:external_id>/appeals/", support.appeal, name="support-appeal"),
    path("support/<path:external_id>/", support.payment, name="support-payment"),
    path("transactions/", transactions, name="transactions"),
    path("transactions/<path:external_id>/", transaction, name="transaction"),
]
