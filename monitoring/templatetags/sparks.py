"""Small curves inside tiles and tables, drawn by the server: no script, no axis, no words."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from monitoring.domain.dashboards import HistogramBin
from monitoring.domain.estimation.estimate import Estimate
from scoring.domain import wording

register = template.Library()

# The inner picture is stretched to its place; strokes keep their width.
STRETCHED = (
    '<svg class="spark" width="{}" height="{}" viewBox="0 0 {} {}" '
    'preserveAspectRatio="none" aria-hidden="true">{}</svg>'
)


@register.filter
def rests_on(estimate: Estimate) -> str:
    """How much evidence a number has: "Rests on 3,412 labels."."""
    if estimate.method == "count":
        return f"Counted over {wording.count(estimate.n, 'payment')}."
    return f"Rests on {wording.count(estimate.n, 'label')}."


@register.simple_tag
def sparkline(values: Sequence[Decimal | float | None], height: int = 32) -> SafeString:
    """A line from zero up; a missing value leaves a gap. Empty with fewer than two values."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return SafeString("")
    top = max(*known, 0.0) or 1.0
    paths = " ".join(_runs(values, top))
    width = len(values) - 1
    return format_html(
        STRETCHED,
        "100%",
        height,
        width,
        100,
        format_html('<path class="base" d="M0 100H{}"/><path class="line" d="{}"/>', width, paths),
    )


def _runs(values: Sequence[Decimal | float | None], top: float) -> Iterable[str]:
    drawing = False
    for place, value in enumerate(values):
        if value is not None:
            yield f"{'L' if drawing else 'M'}{place} {96 - 92 * float(value) / top:.1f}"
        drawing = value is not None


@register.simple_tag
def histogram_spark(bins: Sequence[HistogramBin]) -> SafeString:
    """The reference as filled steps, the current data as a step line over them."""
    if not bins:
        return SafeString("")
    top = max(max(each.reference_share, each.current_share) for each in bins) or 1.0
    reference = _steps([each.reference_share for each in bins], top)
    current = _steps([each.current_share for each in bins], top)
    return format_html(
        STRETCHED,
        116,
        28,
        len(bins),
        100,
        format_html(
            '<path class="past" d="M0 100 {0} V100Z"/><path class="current" d="M0 100 {1} V100"/>',
            reference,
            current,
        ),
    )


def _steps(shares: Sequence[float], top: float) -> str:
    heights = [f"V{100 - 96 * share / top:.1f}" for share in shares]
    ends = [f"H{end}" for _, end in pairwise(range(len(shares) + 1))]
    return " ".join(f"{height} {end}" for height, end in zip(heights, ends, strict=True))
