"""Chargeback ratios of a report beside the limits that hold now."""

from collections.abc import Mapping
from typing import Any

from monitoring.domain.schemes import SchemeRatio, scheme_ratios
from monitoring.models import ChargebackLimit


def chargeback_ratios(operations: Mapping[str, Any]) -> tuple[SchemeRatio, ...]:
    """Ratios of the `operations` of a performance report, all schemes together first."""
    rows = ChargebackLimit.objects.values_list("scheme", "limit", "note")
    limits = {scheme: (limit, note) for scheme, limit, note in rows}
    payments = operations["let_through"]["payments"]
    return scheme_ratios(operations["chargebacks"], payments, limits)
