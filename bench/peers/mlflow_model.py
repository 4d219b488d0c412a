"""Save the booster as an MLflow model of the xgboost flavour: `python mlflow_model.py FOLDER`."""

import os
import shutil
import sys

import mlflow.xgboost
import xgboost

booster = xgboost.Booster(model_file=os.environ["PEER_MODEL"])
booster.set_param({"nthread": 1})
booster.feature_names = os.environ["PEER_FEATURES"].split(",")
shutil.rmtree(sys.argv[1], ignore_errors=True)
# The environment that serves it is this one: nothing has to be found out about packages.
mlflow.xgboost.save_model(booster, sys.argv[1], pip_requirements=["xgboost"])
