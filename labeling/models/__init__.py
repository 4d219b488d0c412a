"""Rows of the truth side: who looked at what, what they said, and what was true."""

from labeling.models.appeals import Appeal, CustomerStatement
from labeling.models.cases import CaseEvent, ReviewCase, ReviewItem
from labeling.models.checks import SecondReviewDraw, SecondReviewShare
from labeling.models.desk import DeskSettings
from labeling.models.labels import Label
from labeling.models.leading import DeskAction, SurgeChange
from labeling.models.pending import PendingVerdict
from labeling.models.practice import PracticeAnswer
from labeling.models.reviewers import Reviewer
from labeling.models.searches import SavedFilter, TransactionExport
from labeling.models.similar import SimilarCases
from labeling.models.staffing import ClosedDay, StaffedHours
from labeling.models.tasks import ReviewQueue, ReviewTask, TaskSkip
from labeling.models.verdicts import ReasonCode, Verdict

__all__ = [
    "Appeal",
    "CaseEvent",
    "ClosedDay",
    "CustomerStatement",
    "DeskAction",
    "DeskSettings",
    "Label",
    "PendingVerdict",
    "PracticeAnswer",
    "ReasonCode",
    "ReviewCase",
    "ReviewItem",
    "ReviewQueue",
    "ReviewTask",
    "Reviewer",
    "SavedFilter",
    "SecondReviewDraw",
    "SecondReviewShare",
    "SimilarCases",
    "StaffedHours",
    "SurgeChange",
    "TaskSkip",
    "TransactionExport",
    "Verdict",
]
