"""Bare FastAPI and XGBoost: a validated vector in, a probability out, nothing else."""

import os
from typing import Any

import numpy as np
import xgboost
from fastapi import FastAPI
from pydantic import create_model

NAMES = os.environ["PEER_FEATURES"].split(",")
fields: dict[str, Any] = dict.fromkeys(NAMES, (float, ...))
Vector = create_model("Vector", **fields)

booster = xgboost.Booster(model_file=os.environ["PEER_MODEL"])
booster.set_param({"nthread": 1})
app = FastAPI()


@app.post("/score")
async def score(vector: Vector) -> dict[str, float]:  # type: ignore[valid-type]
    values = np.array([[getattr(vector, name) for name in NAMES]], dtype=np.float32)
    return {"probability": float(booster.inplace_predict(values)[0])}
