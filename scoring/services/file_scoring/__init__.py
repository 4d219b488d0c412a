"""Scoring a file without storing it, for reports and what-ifs."""

from scoring.services.file_scoring.scoring import FileScores, score_file

__all__ = ["FileScores", "score_file"]
