"""How much work waits at the review desk."""

from django.db.models import Count

from labeling.models import ReviewTask


def open_tasks_by_lane() -> dict[str, int]:
    """Return the number of tasks that are not done, for every lane, also an empty one."""
    unfinished = ReviewTask.objects.filter(
        status__in=[ReviewTask.Status.OPEN, ReviewTask.Status.LEASED]
    )
    counted = unfinished.values_list("lane").annotate(number=Count("pk")).order_by()
    return dict.fromkeys(ReviewTask.Lane.values, 0) | dict(counted)
