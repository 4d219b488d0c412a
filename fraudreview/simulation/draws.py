"""Draws that belong to a key instead of a position: the same row keeps its coin in every run.

A dial that adds rows must not change the luck of the others, so everything that is decided
per row, customer or device after the fact hashes the key instead of advancing a generator.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mixed(*parts: Keys | Indices | int) -> Keys:
    """One 64-bit key per position from integer `parts` (arrays broadcast, scalars repeat)."""
    key: Keys = np.zeros(1, dtype=np.uint64)
    for part in parts:
        key = _scrambled(key + np.asarray(part).astype(np.uint64) + _GOLDEN)
    return key


def uniform(keys: Keys, purpose: str) -> Floats:
    """A number in [0, 1) for each of `keys`, independent between purposes."""
    bits = mixed(keys, zlib.crc32(purpose.encode())) >> np.uint64(11)
    return bits.astype(np.float64) * 2.0**-53


def normal(keys: Keys, purpose: str) -> Floats:
    """A standard normal number for each of `keys` (Box and Muller's transform)."""
    radius = np.sqrt(-2.0 * np.log1p(-uniform(keys, purpose + " radius")))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform(keys, purpose + " angle")))


def _scrambled(key: Keys) -> Keys:
    # The finaliser of the splitmix64 generator: every input bit reaches every output bit.
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))
