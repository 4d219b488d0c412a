"""Pages."""

from django.urls import path

from scoring.views import personal_data, webhooks

urlpatterns = [
    path("transactions/<path:external_id>/reveal/", personal_data.reveal, name="reveal"),
    path("webhooks/", webhooks.overview, name="webhooks"),
    path("webhooks/new/", webhooks.new, name="webhook-new"),
    path("webhooks/<int:number>/", webhooks.endpoint, name="webhook"),
    path("webhooks/<int:number>/change/", webhooks.change, name="webhook-change"),
    path("webhooks/<int:number>/secret/", webhooks.rotate, name="webhook-secret"),
    path("webhooks/<int:number>/delete/", webhooks.delete, name="webhook-delete"),
    *(
        path(f"webhooks/<int:number>/{step}/", webhooks.act, {"step": step}, name=f"webhook-{step}")
        for step in webhooks.DONE
    ),
    path(
        "webhooks/<int:number>/deliveries/<int:delivery>/",
        webhooks.delivery,
        name="webhook-delivery",
    ),
    path(
        "webhooks/<int:number>/deliveries/<int:delivery>/replay/",
        webhooks.replay,
        name="webhook-replay",
    ),
]
