"""Small parts of the leads' pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django import template

from labeling.domain.forecast import HourAhead
from labeling.selectors.team.work import Workload
from scoring.access import ADMIN, LEAD, Person, has_role
from scoring.domain import wording

register = template.Library()
# The highest column leaves room for its number.
HIGHEST = 88.0


@dataclass(frozen=True, slots=True)
class HourColumn:
    """One hour of the picture, in percent of its width and height."""

    hour: HourAhead
    x: float
    width: float
    bar_y: float
    bar_height: float
    line_from: float
    line_to: float
    line_y: float
    line_before: float


@register.simple_tag
def hour_columns(work: Workload) -> Sequence[HourColumn]:
    """Where the bars of arriving work and the steps of capacity lie."""
    columns: list[HourColumn] = []
    width = 100 / max(len(work.hours), 1)
    for position, hour in enumerate(work.hours):
        height = HIGHEST * hour.work / (work.most or 1)
        line_y = 100 - HIGHEST * hour.capacity / (work.most or 1)
        columns.append(
            HourColumn(
                hour=hour,
                x=round((position + 0.12) * width, 3),
                width=round(0.76 * width, 3),
                bar_y=round(100 - height, 3),
                bar_height=round(height, 3),
                line_from=round(position * width, 3),
                line_to=round((position + 1) * width, 3),
                line_y=round(line_y, 3),
                line_before=columns[-1].line_y if columns else round(line_y, 3),
            )
        )
    return columns


@register.filter
def as_time(minutes: float) -> str:
    """Minutes as people read a length of time: 80 reads "1 h 20"; below a minute "0 min"."""
    return wording.duration(timedelta(minutes=minutes))


@register.filter
def hours_and_minutes(minutes: float) -> str:
    """Minutes of work in hours, however many: 3,000 reads "50 h", never "2 days"."""
    whole = round(minutes)
    if whole < 60:
        return f"{whole} min"
    return f"{whole // 60:,} h {whole % 60:02d}" if whole % 60 else f"{whole // 60:,} h"


@register.filter
def may_lead(person: Person) -> bool:
    """Whether this person may change the work of others."""
    return has_role(person, LEAD, ADMIN)
