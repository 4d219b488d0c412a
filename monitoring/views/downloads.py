"""The numbers of the executive page as a file."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, JsonResponse

from labeling.domain.exporting import cell
from monitoring.domain.executive import ExecutiveDashboard
from monitoring.domain.figures import Figure

EVIDENCE = ("method", "n", "n_eff", "events", "share_matured", "refused")
COLUMNS = ("name", "title", "unit", "estimate", "low", "high", *EVIDENCE, "definition")


def figures_file(dashboard: ExecutiveDashboard, kind: str) -> HttpResponse | None:
    """What the page shows as `csv` or `json`; None for another kind, or without a report.

    The same numbers, unrounded: shares and basis points as fractions, money in the reporting
    currency. Expectations from the scores stand last in the CSV, with the method `expected`.
    """
    if dashboard.report_at is None or kind not in ("csv", "json"):
        return None
    rows = [*map(_row, dashboard.figures.values()), *_expected(dashboard)]
    name = f"executive-{dashboard.days}-days-{dashboard.report_at:%Y-%m-%d}.{kind}"
    response = _csv(rows) if kind == "csv" else JsonResponse(_head(dashboard) | {"figures": rows})
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(rows: list[dict[str, Any]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for row in rows:
        # A number may well begin with a minus; only texts could be taken for formulas.
        writer.writerow(
            [cell(value) if isinstance(value, str) else value for value in row.values()]
        )
    return response


def _head(dashboard: ExecutiveDashboard) -> dict[str, Any]:
    names = ("days", "currency", "report_at", "window_start", "window_end", "decisions", "labels")
    return {name: getattr(dashboard, name) for name in names}


def _row(figure: Figure) -> dict[str, Any]:
    stored = figure.estimate.as_dict()
    head = {"name": figure.name, "title": figure.title, "unit": figure.unit.value}
    values = {name: stored[name] for name in ("estimate", "low", "high", *EVIDENCE)}
    return head | values | {"definition": figure.definition}


def _expected(dashboard: ExecutiveDashboard) -> Iterator[dict[str, Any]]:
    for row in dashboard.expected.rows if dashboard.expected else ():
        one = row.expected
        yield dict.fromkeys(COLUMNS) | {
            "name": f"expected_{row.name}",
            "title": f"{row.title}, expected",
            "unit": "share",
            "estimate": one.expected,
            "low": one.low,
            "high": one.high,
            "method": "expected",
            "n": one.n,
            "definition": f"{row.title} if the scores are right; no label is used.",
        }
