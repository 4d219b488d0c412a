"""Pages."""

from django.urls import path

from labeling.views import cases, practice, queue, searches, support, tasks, weeks
from labeling.views.team import desk, page, work
from labeling.views.transactions import transaction, transactions

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue/next/", queue.next_case, name="next-case"),
    path("tasks/<int:task_id>/", tasks.task, name="task"),
    path("tasks/<int:task_id>/verdict/", tasks.verdict, name="task-verdict"),
    path("tasks/<int:task_id>/undo/", tasks.undo, name="task-undo"),
    path("tasks/<int:task_id>/news/", tasks.news, name="task-news"),
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
    path("duty/", page.own_duty, name="own-duty"),
    path("team/", page.team, name="team"),
    path("team/surge/", desk.surge, name="team-surge"),
    path("team/dispositions/", work.dispositions, name="team-dispositions"),
    path("team/people/<int:user_id>/", desk.limits, name="team-limits"),
    path("team/people/<int:user_id>/duty/", page.duty, name="team-duty"),
    *(
        path(
            f"team/queues/<int:queue_id>/{how}/",
            desk.queue,
            {"how": how},
            name=f"team-queue-{how}",
        )
        for how in ("pause", "resume", "move")
    ),
    path("team/tasks/<int:task_id>/", work.task, name="team-task"),
    path("team/cases/<int:case_id>/reopen/", work.reopen, name="team-reopen"),
    path("me/", weeks.mine, name="weeks"),
    path("me/<str:username>/", weeks.of_colleague, name="weeks-of"),
    path("me/<str:username>/share/", weeks.set_share, name="weeks-share"),
    path("practice/", practice.practice, name="practice"),
    path("practice/answer/", practice.answer, name="practice-give"),
    path("practice/<int:answer_id>/", practice.feedback, name="practice-answer"),
    path("transactions.csv", searches.export, name="transactions-export"),
    path("saved-filters/", searches.save, name="filter-save"),
    path("saved-filters/<int:filter_id>/delete/", searches.delete, name="filter-delete"),
    path("transactions/", transactions, name="transactions"),
    path("transactions/<path:external_id>/", transaction, name="transaction"),
]
