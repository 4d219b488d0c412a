"""Boosted trees. xgboost takes a second to import, so only who fits or scores imports it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from scoring.domain.estimator.calibration import Floats, Integers
from scoring.domain.estimator.options import XGBoostOptions

Progress = Callable[[int], None]
Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TreeModel:
    """An xgboost booster, cut at its best iteration, that predicts with one thread."""

    kind: ClassVar[str] = "xgboost"

    booster: Any

    @cached_property
    def width(self) -> int:
        """How many inputs a row has."""
        return int(self.booster.num_features())

    def margins(self, values: Values) -> Floats:
        """Log odds before calibration, (n,)."""
        # In place: building a matrix costs more than scoring one row.
        margins = self.booster.inplace_predict(values, predict_type="margin")
        return np.asarray(margins, dtype=np.float64)

    def contributions(self, values: Values) -> Floats:
        """(n, width + 1): what each input adds to the margin, then the base value."""
        from xgboost import DMatrix

        rows = DMatrix(values, nthread=1)
        return np.asarray(self.booster.predict(rows, pred_contribs=True), dtype=np.float64)

    def to_bytes(self) -> bytes:
        """The booster as UBJSON."""
        return bytes(self.booster.save_raw("ubj"))

    @classmethod
    def from_bytes(cls, data: bytes) -> "TreeModel":
        """The booster that `to_bytes` wrote."""
        from xgboost import Booster

        booster = Booster(model_file=bytearray(data))
        # A process forked after OpenMP started its threads hangs with more than one.
        booster.set_param({"nthread": 1})
        return cls(booster)


def fit_trees(
    values: Values,
    labels: Integers,
    options: XGBoostOptions,
    *,
    weights: Floats | None = None,
    validation: tuple[Values, Integers] | None = None,
    progress: Progress | None = None,
) -> TreeModel:
    """Boosted trees fitted on rows (n, k) and labels (n,).

    `progress` is called with the number of finished trees. `validation` rows stop the fit early
    where the options say so.
    """
    import xgboost

    matrix = {"nthread": options.threads, "max_bin": options.bins}
    training = xgboost.QuantileDMatrix(values, labels, weight=weights, **matrix)
    watched = (
        [(xgboost.QuantileDMatrix(*validation, ref=training, **matrix), "validation")]
        if validation is not None
        else []
    )
    booster = xgboost.train(
        _parameters(options),
        training,
        num_boost_round=options.trees,
        evals=watched,
        early_stopping_rounds=options.early_stopping_rounds if watched else None,
        verbose_eval=False,
        callbacks=_callbacks(progress),
    )
    return TreeModel.from_bytes(bytes(_cut(booster).save_raw("ubj")))


def _parameters(options: XGBoostOptions) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "objective": "binary:logistic",
        "eval_metric": "logloss",
        "tree_method": "hist",
        "max_depth": options.depth,
        "learning_rate": options.rate,
        "max_bin": options.bins,
        "base_score": options.base_score,
        "nthread": options.threads,
        "seed": options.seed,
    }
    if options.scale_pos_weight is not None:
        parameters["scale_pos_weight"] = options.scale_pos_weight
    return parameters


def _cut(booster: Any) -> Any:
    """Without the trees after the best iteration: a bare booster would use all of them."""
    best: int | None = getattr(booster, "best_iteration", None) if _stopped(booster) else None
    return booster if best is None else booster[: best + 1]


def _stopped(booster: Any) -> bool:
    return booster.attr("best_iteration") is not None


def _callbacks(progress: Progress | None) -> list[Any]:
    return [] if progress is None else [_reporter(progress)]


def _reporter(progress: Progress) -> Any:
    from xgboost.callback import TrainingCallback

    class Reporter(TrainingCallback):
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            progress(epoch + 1)
            return False

    return Reporter()
