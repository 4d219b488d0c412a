"""One feature, reference against current: numbers, pictures and a status."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitoring.domain.dashboards import DriftStatus
from monitoring.domain.drift import distance
from monitoring.domain.drift.bins import (
    CATEGORY,
    Bins,
    Floats,
    category_bins,
    picture_bins,
    quantile_bins,
)

WATCH_FROM = 0.10
DRIFTED_FROM = 0.25
# Fewer known values than this say nothing about a distribution.
FEWEST_VALUES = 100


@dataclass(frozen=True)
class Picture:
    """Shares in bins to look at; the last bin holds missing values."""

    titles: tuple[str, ...]
    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]
    reference: tuple[float, ...]
    current: tuple[float, ...]


@dataclass(frozen=True)
class Comparison:
    """What is known of one feature. Means, medians and ks are None for categories.

    `edges` are those of the quantile bins behind `psi`: stored, so that tomorrow's report uses
    them again. `noise` is the index that chance alone stays below in 99 of 100 weeks.
    """

    kind: str
    edges: tuple[float, ...]
    psi: float | None
    noise: float | None
    status: DriftStatus
    n_reference: int
    n_current: int
    missing_share: float | None
    ks: float | None
    jensen_shannon: float | None
    reference_mean: float | None
    current_mean: float | None
    reference_median: float | None
    current_median: float | None
    picture: Picture


def compare(
    reference: Floats,
    weight: Floats,
    current: Floats,
    *,
    levels: Sequence[str] = (),
    edges: Sequence[float] | None = None,
) -> Comparison:
    """Compare values of a feature; NaN is missing, `weight` belongs to the reference.

    `levels` makes it a category whose values are places among them; `edges` are those of an
    earlier report on the same reference.
    """
    bins = _bins(reference, levels, edges)
    before = bins.weigh(reference, weight)
    now = bins.weigh(current, np.ones(len(current)))
    size = distance.effective_size(weight)
    psi = distance.population_stability(_scaled(before, size), now) if len(current) else None
    noise = distance.chance(int(np.sum((before > 0) | (now > 0))), size, len(current))
    known = int(np.sum(~np.isnan(reference))), int(np.sum(~np.isnan(current)))
    return Comparison(
        kind=bins.kind,
        edges=bins.edges,
        psi=psi,
        noise=noise if np.isfinite(noise) else None,
        status=status_of(psi, noise, min(known)),
        n_reference=known[0],
        n_current=known[1],
        missing_share=float(np.isnan(current).mean()) if len(current) else None,
        jensen_shannon=distance.jensen_shannon(before, now) if psi is not None else None,
        picture=_picture(bins, reference, weight, current),
        **_locations(bins.kind, reference, weight, current),
    )


def status_of(psi: float | None, noise: float, fewest_known: int) -> DriftStatus:
    """Drift needs an effect, and enough payments to tell it from chance.

    >>> status_of(0.4, 0.02, 5000).value, status_of(0.4, 0.3, 60).value
    ('drifted', 'not_enough_data')
    """
    if psi is None or noise >= WATCH_FROM:
        return DriftStatus.NOT_ENOUGH_DATA
    if psi >= DRIFTED_FROM and psi > noise:
        return DriftStatus.DRIFTED
    if fewest_known < FEWEST_VALUES:
        return DriftStatus.NOT_ENOUGH_DATA
    return DriftStatus.WATCH if psi >= WATCH_FROM and psi > noise else DriftStatus.STABLE


def _bins(reference: Floats, levels: Sequence[str], edges: Sequence[float] | None) -> Bins:
    if levels:
        return category_bins(levels)
    fresh = quantile_bins(reference)
    return fresh if edges is None else Bins(fresh.kind, tuple(edges), ())


def _scaled(histogram: Floats, size: float) -> Floats:
    """The histogram as counts of a sample of the effective size."""
    return histogram * (size / max(float(histogram.sum()), 1e-12))


def _locations(
    kind: str, reference: Floats, weight: Floats, current: Floats
) -> dict[str, float | None]:
    names = ("ks", "reference_mean", "current_mean", "reference_median", "current_median")
    there, here = ~np.isnan(reference), ~np.isnan(current)
    weighed = weight[there]
    if kind == CATEGORY or not here.any() or weighed.sum() <= 0:
        return dict.fromkeys(names)
    before, now = reference[there], current[here]
    values = (
        distance.kolmogorov_smirnov(before, weighed, now),
        float(np.average(before, weights=weighed)),
        float(now.mean()),
        distance.weighted_median(before, weighed),
        float(np.median(now)),
    )
    return dict(zip(names, values, strict=True))


def _picture(bins: Bins, reference: Floats, weight: Floats, current: Floats) -> Picture:
    shown = bins if bins.kind == CATEGORY else picture_bins(reference, current)
    before = shown.weigh(reference, weight)
    now = shown.weigh(current, np.ones(len(current)))
    lows, highs = _limits(shown, reference, current)
    titles = (*shown.titles, "missing")
    # A bar for missing values only where some are missing.
    keep = slice(None) if before[-1] or now[-1] else slice(-1)
    return Picture(
        titles=titles[keep],
        lows=lows[keep],
        highs=highs[keep],
        reference=tuple(_shares(before)[keep]),
        current=tuple(_shares(now)[keep]),
    )


def _limits(
    bins: Bins, reference: Floats, current: Floats
) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    if bins.kind == CATEGORY or not bins.edges:
        return (None,) * bins.count, (None,) * bins.count
    both = np.concatenate([reference, current])
    low = min(float(np.nanmin(both)), bins.edges[0])
    high = max(float(np.nanmax(both)), bins.edges[-1])
    return (low, *bins.edges, None), (*bins.edges, high, None)


def _shares(histogram: Floats) -> list[float]:
    total = float(histogram.sum())
    return [float(value) / total if total else 0.0 for value in histogram]
