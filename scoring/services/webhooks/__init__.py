"""Webhooks: facts are announced with themselves, and delivered later, at least once, in order."""

from scoring.services.webhooks.announcing import (
    announce,
    announce_disposition,
    announce_final_decisions,
    announce_stage_change,
    hold_order,
)
from scoring.services.webhooks.delivering import deliver_webhooks
from scoring.services.webhooks.endpoints import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    pause_endpoint,
    resume_endpoint,
    rotate_secret,
)
from scoring.services.webhooks.purging import purge_webhooks
from scoring.services.webhooks.replaying import replay_delivery, replay_failed, send_test

__all__ = [
    "announce",
    "announce_disposition",
    "announce_final_decisions",
    "announce_stage_change",
    "change_endpoint",
    "create_endpoint",
    "delete_endpoint",
    "deliver_webhooks",
    "hold_order",
    "pause_endpoint",
    "purge_webhooks",
    "replay_delivery",
    "replay_failed",
    "resume_endpoint",
    "rotate_secret",
    "send_test",
]
