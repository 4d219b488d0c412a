"""Claims for tests, short to write."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from labeling.domain.resolution import STRENGTHS, Claim, ResolvedLabel, resolve

START = datetime(2026, 11, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """Return the moment so many days after the start."""
    return START + timedelta(days=number)


def claim(value: str, source: str, *, known: float = 0, **fields: Any) -> Claim:
    """Return a claim about transaction 1 that is known from that day on."""
    return Claim(fields.pop("transaction_id", 1), value, source, day(known), **fields)


def resolved(*claims: Claim, as_of: float = 1_000) -> ResolvedLabel:
    """Return what the claims amount to on that day."""
    return resolve(claims, as_of=day(as_of))


@st.composite
def histories(draw: st.DrawFn, largest: int = 6) -> list[Claim]:
    """Claims about transaction 1 by all kinds of people, some replacing earlier ones."""
    count = draw(st.integers(0, largest))
    return [_drawn(draw, number) for number in range(1, count + 1)]


def _drawn(draw: st.DrawFn, number: int) -> Claim:
    earlier = st.none() if number == 1 else st.none() | st.integers(1, number - 1)
    return claim(
        draw(st.sampled_from(["fraud", "legitimate", "unknown"])),
        draw(st.sampled_from(sorted(STRENGTHS))),
        known=draw(st.integers(0, 4)),
        verification=draw(st.sampled_from(["", "opinion", "documents"])),
        fraud_type=draw(st.sampled_from(["", "stolen_card", "friendly_fraud"])),
        reason=draw(st.sampled_from(["", "10.4", "13.1", "4853", "ua01", "12.5"])),
        dispute_stage=draw(st.sampled_from(["", "chargeback", "representment_won"])),
        reviewer_id=draw(st.sampled_from([None, 1, 2, 3])),
        supersedes_id=draw(earlier),
        id=number,
    )
