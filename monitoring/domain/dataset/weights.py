"""How much each labelled payment counts."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LARGEST_WEIGHT = 20.0


def row_weights(propensities: Floats) -> Floats:
    """How many payments each row (n,) stands for while a model learns.

    `propensities` (n,) are the probabilities with which blocked payments were drawn for an audit;
    NaN for all others. These count once, whatever gave their label: approved payments all get one
    in the end, and a label that no lot brought stands for nothing else. Capped at 20, because one
    rare draw must not carry the model. Not divided by their mean: what a row counts, and with it
    the regularisation of a tree, must not hang on how many others were drawn.

    >>> row_weights(np.array([1.0, np.nan, 0.25, 0.001])).tolist()
    [1.0, 1.0, 4.0, 20.0]
    """
    inverse = 1.0 / np.where(np.isnan(propensities), 1.0, propensities)
    return np.asarray(np.minimum(inverse, LARGEST_WEIGHT), dtype=np.float64)
