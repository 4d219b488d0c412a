"""What changes rows of labeling. Each fact has one write path."""

from labeling.services.appeals import ask_for_appeals, file_appeal
from labeling.services.cases import open_cases
from labeling.services.claiming import claim_task
from labeling.services.closing import close_moot, expire_deadlines
from labeling.services.judging import Said
from labeling.services.lanes import measure_lanes
from labeling.services.leases import (
    escalate_task,
    expire_leases,
    extend_lease,
    release_task,
    skip_task,
)
from labeling.services.linked import LinkedVerdict
from labeling.services.passing_on import pass_on_unwanted
from labeling.services.pending import commit_due, commit_pending, give_verdict, undo_verdict
from labeling.services.revealing import change_verdict
from labeling.services.statements import record_statement
from labeling.services.verdicts import record_verdict
from labeling.services.waiting import resume_case, resume_overdue, wait_for_customer

__all__ = [
    "LinkedVerdict",
    "Said",
    "ask_for_appeals",
    "change_verdict",
    "claim_task",
    "close_moot",
    "commit_due",
    "commit_pending",
    "escalate_task",
    "expire_deadlines",
    "expire_leases",
    "extend_lease",
    "file_appeal",
    "give_verdict",
    "measure_lanes",
    "open_cases",
    "pass_on_unwanted",
    "record_statement",
    "record_verdict",
    "release_task",
    "resume_case",
    "resume_overdue",
    "skip_task",
    "undo_verdict",
    "wait_for_customer",
]
