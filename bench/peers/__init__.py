"""Peers: what teams use to serve an XGBoost model today. Each runs in an environment of its own.

They get ready-made feature vectors, store nothing, and know no caller. `fastapi_app`,
`bentoml_service` and `mlflow_model` run there, not in ours.
"""
