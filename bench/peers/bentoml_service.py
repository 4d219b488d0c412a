"""BentoML, a plain service with one API, as its guide shows it."""

import os
from typing import Any

import bentoml
import numpy as np
import xgboost
from pydantic import create_model

NAMES = os.environ["PEER_FEATURES"].split(",")
fields: dict[str, Any] = dict.fromkeys(NAMES, (float, ...))
Vector = create_model("Vector", **fields)


@bentoml.service(workers=int(os.environ["PEER_WORKERS"]), logging={"access": {"enabled": False}})
class Scorer:
    def __init__(self) -> None:
        self.booster = xgboost.Booster(model_file=os.environ["PEER_MODEL"])
        self.booster.set_param({"nthread": 1})

    # In the event loop itself: faster than the pool of threads that a plain `def` gets.
    @bentoml.api
    async def score(self, vector: Vector) -> dict[str, float]:  # type: ignore[valid-type]
        values = np.array([[getattr(vector, name) for name in NAMES]], dtype=np.float32)
        return {"probability": float(self.booster.inplace_predict(values)[0])}
