"""Pages."""

from django.urls import path

from monitoring.views import audits, dashboards, datasets, models, policies

urlpatterns = [
    path("dashboards/executive/", dashboards.executive, name="executive"),
    path("dashboards/drift/", dashboards.drift, name="drift"),
    path("dashboards/review/", dashboards.review, name="review-quality"),
    path("dashboards/review/label-errors/", dashboards.label_errors, name="label-errors"),
    path("models/", models.overview, name="models"),
    path("models/train/", models.train, name="model-train"),
    path("models/training/", models.training, name="model-training"),
    path("models/datasets/<int:number>/", datasets.sheet, name="dataset"),
    path("models/datasets/<int:number>/datasheet.json", datasets.download, name="dataset-json"),
    path("models/<int:number>/", models.card, name="model-card"),
    path("models/<int:number>/promote/", models.move, {"step": "promote"}, name="model-promote"),
    path(
        "models/<int:number>/roll-back/", models.move, {"step": "roll-back"}, name="model-roll-back"
    ),
    path("models/<int:number>/archive/", models.move, {"step": "archive"}, name="model-archive"),
    path("policies/", policies.overview, name="policies"),
    path("policies/audits/", audits.audits, name="policy-audits"),
    path("policies/new/", policies.new, name="policy-new"),
    path("policies/<int:number>/activate/", policies.activate, name="policy-activate"),
]
