"""Who could still take a task: what a claim asks of a reviewer, asked the other way round."""

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from labeling.models import Reviewer, ReviewItem, ReviewTask, TaskSkip, Verdict
from scoring.access import LEAD


def takers(task: ReviewTask, *, role: str, on_duty: bool = True) -> QuerySet[User]:
    """People of this role who have not skipped, escalated or judged what is in the task.

    Without `on_duty` also those who are off duty now. The queues of a reviewer and, but for leads,
    the authority count as in a claim.
    """
    people = User.objects.filter(is_active=True, groups__name=role)
    desk = Reviewer.objects.filter(user_id=OuterRef("pk"))
    unable = Q(on_duty=False) if on_duty else Q(pk__in=())
    if role != LEAD:
        unable |= Q(authority__lt=task.at_stake)
    skipped = TaskSkip.objects.filter(reviewer_id=OuterRef("pk")).filter(
        Q(task_id=task.pk) | Q(escalated=True, task__case_id=task.case_id)
    )
    payments = ReviewItem.objects.filter(task_id=task.pk, resolution="").values("transaction_id")
    judged = Verdict.objects.filter(reviewer_id=OuterRef("pk"), item__transaction_id__in=payments)
    elsewhere = desk.filter(queues__isnull=False).exclude(queues=task.queue_id)
    return people.exclude(
        Exists(desk.filter(unable)) | Exists(skipped) | Exists(judged) | Exists(elsewhere)
    )
