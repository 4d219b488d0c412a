"""What turns a feature vector into a margin, a probability and contributions."""

from scoring.domain.estimator.calibration import Calibration, choose_calibration, log_loss
from scoring.domain.estimator.fitting import calibrate, fit
from scoring.domain.estimator.logistic import LogisticModel
from scoring.domain.estimator.model import Estimator, Model, read_model
from scoring.domain.estimator.options import (
    LogisticOptions,
    Options,
    XGBoostOptions,
    options_from_numbers,
)
from scoring.domain.estimator.trees import TreeModel

__all__ = [
    "Calibration",
    "Estimator",
    "LogisticModel",
    "LogisticOptions",
    "Model",
    "Options",
    "TreeModel",
    "XGBoostOptions",
    "calibrate",
    "choose_calibration",
    "fit",
    "log_loss",
    "options_from_numbers",
    "read_model",
]
