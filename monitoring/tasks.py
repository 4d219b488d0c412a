"""Celery tasks of monitoring: each calls one service."""

from celery import shared_task
from django.utils import timezone

from monitoring.services import audits, label_errors, training
from monitoring.services.reports import run_reports as compute_reports


@shared_task(name="monitoring.run_training")
def run_training() -> None:
    """Run the training that waits, if one does and no other runs."""
    training.run_queued_training(clock=timezone.now)


# Beat sends it once a week, so it is done only when it is done.
@shared_task(name="monitoring.request_weekly_training", acks_late=True)
def request_weekly_training() -> None:
    """Ask for the weekly training; the button of a person comes first."""
    training.request_weekly_training(now=timezone.now())


@shared_task(name="monitoring.run_reports")
def run_reports() -> None:
    """Compute the reports behind the dashboards."""
    compute_reports(now=timezone.now())


@shared_task(name="monitoring.solve_audits")
def solve_audits() -> None:
    """Solve tonight's audit plan of the active policy, unless that is done."""
    audits.solve_tonight(now=timezone.now())


@shared_task(name="monitoring.check_audits")
def check_audits() -> None:
    """Check that the audit sample is what was drawn."""
    audits.check_sample(now=timezone.now())


@shared_task(name="monitoring.find_label_errors")
def find_label_errors() -> None:
    """Run the search for label errors that waits, if one does."""
    label_errors.run_requested_search(clock=timezone.now)


# Beat sends it once a week, so it is done only when it is done.
@shared_task(name="monitoring.request_label_error_search", acks_late=True)
def request_label_error_search() -> None:
    """Ask for the weekly search for label errors."""
    label_errors.request_weekly_search(now=timezone.now())
