"""Celery tasks of labeling: each calls one service."""

from celery import shared_task
from django.utils import timezone

from labeling import services
from labeling.services import similar


@shared_task(name="labeling.open_cases")
def open_cases() -> None:
    """Open cases for what scoring asked people to look at, until nothing waits."""
    while services.open_cases(now=timezone.now()):
        pass


@shared_task(name="labeling.commit_verdicts")
def commit_verdicts() -> None:
    """Commit the verdicts whose time to undo is over."""
    services.commit_due(now=timezone.now())


@shared_task(name="labeling.expire_leases")
def expire_leases() -> None:
    """Give tasks back to the queue whose lease ended."""
    services.expire_leases(now=timezone.now())


@shared_task(name="labeling.pass_on_unwanted")
def pass_on_unwanted() -> None:
    """Put before the leads what no analyst on duty is left for."""
    services.pass_on_unwanted(now=timezone.now())


@shared_task(name="labeling.measure_lanes")
def measure_lanes() -> None:
    """Measure what checking took of the working time."""
    services.measure_lanes(now=timezone.now())


@shared_task(name="labeling.expire_deadlines")
def expire_deadlines() -> None:
    """Dispose of held payments whose deadline has passed."""
    services.expire_deadlines(now=timezone.now())


@shared_task(name="labeling.close_moot")
def close_moot() -> None:
    """Close what the payments themselves have ended."""
    services.close_moot(now=timezone.now())


@shared_task(name="labeling.ask_for_appeals")
def ask_for_appeals() -> None:
    """Put appeals before a person that waited for a blind look."""
    services.ask_for_appeals(now=timezone.now())


@shared_task(name="labeling.resume_overdue")
def resume_overdue() -> None:
    """Put cases back into the queue whose customers did not answer in time."""
    services.resume_overdue(now=timezone.now())


@shared_task(name="labeling.find_similar_cases")
def find_similar_cases() -> None:
    """Find the past cases that open ones resemble, until each has been looked at."""
    while similar.find_similar_cases(now=timezone.now()):
        pass
