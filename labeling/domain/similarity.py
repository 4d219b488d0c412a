"""Which explanations are alike: the same reasons, pulling as hard in the same direction."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def summed(contributions: Floats, groups: Sequence[Sequence[int]]) -> Floats:
    """Contributions (n, k) added up by groups of inputs that are told as one, (n, groups).

    Trees share a credit between inputs that say the same thing as it happens; the sum stays.
    """
    columns = [contributions[:, list(group)].sum(axis=1) for group in groups]
    return np.stack(columns, axis=1) if columns else contributions[:, :0]


def nearest(
    target: Floats, pool: Floats, owners: Sequence[str], *, owner: str, count: int
) -> list[int]:
    """Places in the pool (n, groups) of the nearest to `target` (groups,), in log odds.

    At most one of each owner, none of the owner of the target: an attack resembles itself. An
    empty owner stands for nobody.
    """
    distances = np.linalg.norm(pool - target, axis=1)
    seen = {owner} - {""}
    found: list[int] = []
    for place in np.argsort(distances, kind="stable").tolist():
        if owners[place] in seen:
            continue
        found.append(place)
        seen |= {owners[place]} - {""}
        if len(found) == count:
            break
    return found
