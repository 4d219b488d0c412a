"""Everything a case page shows, read with a fixed number of queries."""

from labeling.selectors.case_page.page import CasePage, case_page, task_page

__all__ = ["CasePage", "case_page", "task_page"]
