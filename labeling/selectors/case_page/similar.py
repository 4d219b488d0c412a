"""The past payments that one resembles by explanation, with what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from labeling.models import SimilarCases
from labeling.selectors.case_page.became import NOTHING_KNOWN, Became
from scoring.models import Transaction

SHOWN = 3


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """One past payment and its outcome."""

    payment: Transaction
    became: Became


@dataclass(frozen=True, slots=True)
class Similar:
    """The nearest past cases. `compared` is how many were looked at."""

    cases: tuple[SimilarCase, ...]
    compared: int


def found_for(transaction_id: int) -> SimilarCases | None:
    """What was found for a payment; None where nobody has looked yet."""
    return SimilarCases.objects.filter(pk=transaction_id).first()


def similar_to(
    found: SimilarCases | None,
    *,
    rows: Mapping[int, Transaction],
    became: Mapping[int, Became],
) -> Similar | None:
    """The nearest three whose outcome the reader may know, from rows that were read already."""
    if found is None:
        return None
    known = [id for id in found.payments if _is_known(became.get(id, NOTHING_KNOWN))]
    cases = (SimilarCase(rows[id], became[id]) for id in known[:SHOWN] if id in rows)
    return Similar(tuple(cases), found.compared)


def _is_known(became: Became) -> bool:
    return became.label in ("fraud", "legitimate")
