"""REST calls, mounted under /api/v1/."""

from django.urls import path

from monitoring.api.metrics import DriftMetrics, PerformanceMetrics
from monitoring.api.model_versions import ModelVersions, ModelVersionStage
from monitoring.api.policies import Policies
from monitoring.api.training_runs import TrainingRuns

urlpatterns = [
    path("training-runs/", TrainingRuns.as_view(), name="api-training-runs"),
    path("model-versions/", ModelVersions.as_view(), name="api-model-versions"),
    path(
        "model-versions/<int:number>/stage/",
        ModelVersionStage.as_view(),
        name="api-model-version-stage",
    ),
    path("policies/", Policies.as_view(), name="api-policies"),
    path("metrics/performance/", PerformanceMetrics.as_view(), name="api-performance"),
    path("metrics/drift/", DriftMetrics.as_view(), name="api-drift"),
]
