"""Questions about webhooks: endpoints and their health, deliveries, bodies, secrets."""
